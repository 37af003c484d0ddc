/**
 * What an instance remembers of the credentials that it has seen. A credential points at its
 * session, that at its user, that at its tenant; each has a revision, and what was remembered
 * under an older one is not believed. So an end changes a single number, whatever is remembered.
 */
import { type Answer, type Held, type Tenant, type User, whatever } from "./held.ts";
import { sameEpoch } from "../epoch.ts";
import type { End } from "../feed.ts";
import { Agents } from "./agents.ts";
import type { Listeners } from "./listeners.ts";
import { type Session, type SessionRecord, toSession } from "../session.ts";
import type { RequestFacts } from "../settings.ts";
import { touchInterval } from "../timeouts.ts";
import { userKey } from "../user-key.ts";
import type { EndReason } from "../../protocol/reasons.ts";

const shardCount = 16;

/** An access token, kept whole: its signature alone would not bind what it says. */
interface HeldToken {
  readonly token: string;
  /** In milliseconds since the memory began. */
  readonly expiresAt: number;
  readonly session: Held;
}

/** A session that is over, and why. */
export interface Over {
  readonly session: Session;
  readonly reason: EndReason;
}

/** A lookup that is under way, and what has ended since it began (rule 5). */
export interface Flight {
  readonly moved: Set<string>;
}

/** Remembers at most so many credentials. */
export class Memory {
  readonly #most: number;
  readonly #beganAt: number;
  #revision = 0;
  #size = 0;
  readonly #tenants = new Map<string, Tenant>();
  readonly #sessions = new Map<string, Held>();
  readonly #cookies = shards<Held>();
  readonly #tokens = shards<HeldToken>();
  readonly #dead = new Map<string, { readonly tenantId: string; readonly answer: Answer }>();
  /** Why sessions have ended, as far as it is certain. */
  readonly #over = new Map<string, EndReason>();
  readonly #flights = new Set<Flight>();
  readonly #agents = new Agents();
  readonly #listeners: Pick<Listeners, "tell" | "doubt"> | null;

  constructor(
    most: number,
    beganAt: number,
    listeners: Pick<Listeners, "tell" | "doubt"> | null = null,
  ) {
    this.#most = most;
    this.#beganAt = beganAt;
    this.#listeners = listeners;
  }

  /** A moment as what is held counts it: milliseconds since the memory began. */
  since(at: number): number {
    return at - this.#beganAt;
  }

  /** The session of a cookie's hash, if it was seen and nothing has ended it since. */
  byCookie(hash: string): Held | undefined {
    const held = shardOf(this.#cookies, hash).get(hash);
    return held && this.#current(held) ? held : undefined;
  }

  /** The session of an access token that is not past its expiry. `now` as {@link since} has it. */
  byToken(token: string, now: number): Held | undefined {
    const found = shardOf(this.#tokens, token).get(signatureOf(token));
    if (!found || found.token !== token || now >= found.expiresAt) return undefined;
    return this.#current(found.session) ? found.session : undefined;
  }

  /** What was answered for a credential that is dead for good. It needs no lease. */
  dead(key: string, tenantId: string): Answer | undefined {
    const buried = this.#dead.get(key);
    return buried?.tenantId === tenantId ? buried.answer : undefined;
  }

  /** Remembers that a credential is dead for good, and what its holder is told. */
  bury(key: string, tenantId: string, answer: Answer): void {
    if (this.#most === 0) return;
    if (this.#dead.size >= this.#most / 10) forgetOldest(this.#dead);
    this.#dead.set(key, { tenantId, answer });
  }

  /** Begins a lookup: what it finds may be held unless it has moved meanwhile. */
  begin(): Flight {
    const flight: Flight = { moved: new Set() };
    this.#flights.add(flight);
    return flight;
  }

  /** Ends a lookup, and holds what it found. */
  land(flight: Flight, records: readonly (SessionRecord | undefined)[]): void {
    this.#flights.delete(flight);
    const { moved } = flight;
    if (moved.has(whatever)) return;
    for (const record of records) {
      if (record && !keysOf(record).some((key) => moved.has(key))) this.#hold(record);
    }
  }

  /** Remembers which session a cookie belongs to, if that is held, and from what device it came. */
  linkCookie(hash: string, sessionId: string, agent: RequestFacts): void {
    const held = this.#sessions.get(sessionId);
    if (!held || !this.#current(held)) return;
    held.agent = this.#agents.get(agent);
    this.#link(shardOf(this.#cookies, hash), hash, held, held);
  }

  /** Remembers which session an access token belongs to, if that is held. */
  linkToken(token: string, expiresAt: number, sessionId: string): void {
    const held = this.#sessions.get(sessionId);
    if (!held || !this.#current(held)) return;
    // A slice of a header would keep the header alive: parsing makes a string of its own.
    const own = JSON.parse(JSON.stringify(token)) as string;
    const entry = { token: own, expiresAt: this.since(expiresAt), session: held };
    this.#link(shardOf(this.#tokens, own), signatureOf(own), entry, held);
  }

  /** Notes activity that was written down. */
  touched(sessionId: string, at: number): void {
    const held = this.#sessions.get(sessionId);
    if (!held) return;
    const { outcome, session } = held.answer;
    const lastSeenAt = Math.max(session.lastSeenAt, at);
    held.answer = { outcome, session: { ...session, lastSeenAt } };
    this.#time(held);
  }

  /** Forgets what has ended or changed, at once for every credential, and tells who listens. */
  apply(end: End): void {
    this.forget(end, true);
    this.#listeners?.tell(end);
  }

  /** The same, and tells nobody. What is not certain costs a lookup. */
  forget(end: End, certain: boolean): void {
    if (certain) this.#note(end);
    for (const { moved } of this.#flights) moved.add(keyOf(end));
    const { tenantId, userId, sessionId } = end;
    if (sessionId !== null) {
      const held = this.#sessions.get(sessionId);
      if (held) this.#drop(sessionId, held);
    } else if (userId !== null) {
      const user = this.#tenants.get(tenantId ?? "")?.users.get(userId);
      if (user) user.revision += 1;
    } else if (tenantId !== null) {
      const tenant = this.#tenants.get(tenantId);
      if (tenant) tenant.revision += 1;
    } else {
      this.#revision += 1;
    }
  }

  /** The session of a credential that is known to have ended, and why. It needs no lease. */
  endOf(key: string, byToken: boolean): Over | undefined {
    const held = byToken
      ? shardOf(this.#tokens, key).get(signatureOf(key))
      : shardOf(this.#cookies, key).get(key);
    if (!held || ("token" in held && held.token !== key)) return undefined;
    const { session } = heldOf(held).answer;
    const reason = this.#over.get(session.id);
    return reason && { session, reason };
  }

  #note({ sessionId, reason }: End): void {
    if (sessionId === null || reason === null || !this.#sessions.has(sessionId)) return;
    if (this.#over.size >= this.#most / 10) forgetOldest(this.#over);
    this.#over.set(sessionId, reason as EndReason);
  }

  /** Forgets everything, lookups under way included. */
  clear(): void {
    this.#revision += 1;
    for (const { moved } of this.#flights) moved.add(whatever);
    for (const held of this.#sessions.values()) held.revision = gone;
    for (const map of [this.#sessions, this.#tenants, this.#over]) map.clear();
    for (const map of [...this.#cookies, ...this.#tokens]) map.clear();
    this.#size = 0;
    this.#listeners?.doubt();
  }

  #current({ revision, user }: Held): boolean {
    return revision === this.#revisionOf(user);
  }

  #revisionOf({ revision, tenant }: User): number {
    return revision + tenant.revision + this.#revision;
  }

  #hold(record: SessionRecord): void {
    if (
      this.#most === 0 ||
      record.endedAt !== null ||
      !sameEpoch(record.epoch, record.currentEpoch)
    )
      return;
    const known = this.#sessions.get(record.id);
    const user = known?.user ?? this.#userOf(record);
    const answer = answerOf(record, user);
    const held: Held = known ?? {
      user,
      revision: gone,
      deadline: 0,
      touchAt: 0,
      agent: null,
      answer,
      idleTimeout: record.idleTimeout,
      credentials: 0,
    };
    held.answer = answer;
    held.revision = this.#revisionOf(user);
    this.#time(held);
    if (known) return;
    user.sessions += 1;
    this.#sessions.set(answer.session.id, held);
    if (this.#sessions.size > this.#most) this.#dropOldest();
  }

  #time(held: Held): void {
    const { idleTimeout } = held;
    const { expiresAt, lastSeenAt } = held.answer.session;
    const idleAt = idleTimeout === null ? expiresAt : lastSeenAt + idleTimeout;
    held.deadline = this.since(Math.min(expiresAt, idleAt));
    held.touchAt = this.since(lastSeenAt + touchInterval(idleTimeout));
  }

  #userOf({ tenantId, userId }: SessionRecord): User {
    let tenant = this.#tenants.get(tenantId);
    if (!tenant) {
      tenant = { id: tenantId, revision: 0, users: new Map() };
      this.#tenants.set(tenantId, tenant);
    }
    let user = tenant.users.get(userId);
    if (!user) {
      user = { id: userId, tenant, revision: 0, sessions: 0 };
      tenant.users.set(userId, user);
    }
    return user;
  }

  #link<V extends Held | HeldToken>(
    shard: Map<string, V>,
    key: string,
    entry: V,
    held: Held,
  ): void {
    const before = shard.get(key);
    if (before && heldOf(before) === held) {
      shard.set(key, entry);
      return;
    }
    if (before) this.#unlink(shard, key, before);
    if (this.#size >= this.#most) {
      const [oldest] = shard;
      if (oldest) this.#unlink(shard, ...oldest);
      else return;
    }
    shard.set(key, entry);
    held.credentials += 1;
    this.#size += 1;
  }

  #unlink<V extends Held | HeldToken>(shard: Map<string, V>, key: string, entry: V): void {
    shard.delete(key);
    this.#size -= 1;
    const held = heldOf(entry);
    held.credentials -= 1;
    if (held.credentials === 0) this.#drop(held.answer.session.id, held);
  }

  #dropOldest(): void {
    const [oldest] = this.#sessions;
    if (oldest) this.#drop(...oldest);
  }

  #drop(sessionId: string, held: Held): void {
    held.revision = gone;
    if (this.#sessions.get(sessionId) !== held) return;
    this.#sessions.delete(sessionId);
    const { user } = held;
    const { tenant } = user;
    user.sessions -= 1;
    if (user.sessions > 0) return;
    tenant.users.delete(user.id);
    if (tenant.users.size === 0) this.#tenants.delete(tenant.id);
  }
}

/** The revision of what is not held any more: no sum of revisions is negative. */
const gone = -1;

/** The names of tenant and user are kept once, however many sessions they have. */
function answerOf(record: SessionRecord, user: User): Held["answer"] {
  const session = { ...toSession(record), tenantId: user.tenant.id, userId: user.id };
  return { outcome: session.reauthenticationRequired ? "stale" : "live", session };
}

function heldOf(entry: Held | HeldToken): Held {
  return "token" in entry ? entry.session : entry;
}

/** The end of a signature: as good as random, and short to hash. The compare is of the whole. */
function signatureOf(token: string): string {
  return token.slice(-20);
}

function shards<V>(): readonly Map<string, V>[] {
  return Array.from({ length: shardCount }, () => new Map<string, V>());
}

/** By the last character but one: that of a hash or signature is as good as random. */
function shardOf<V>(of: readonly Map<string, V>[], key: string): Map<string, V> {
  return of[key.charCodeAt(key.length - 2) & (shardCount - 1)] as Map<string, V>;
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function keyOf({ tenantId, userId, sessionId }: End): string {
  if (sessionId !== null) return `session ${sessionId}`;
  if (userId !== null) return `user ${userKey(tenantId ?? "", userId)}`;
  return tenantId === null ? whatever : `tenant ${tenantId}`;
}

function keysOf({ id, tenantId, userId }: SessionRecord): string[] {
  return [`session ${id}`, `user ${userKey(tenantId, userId)}`, `tenant ${tenantId}`];
}
