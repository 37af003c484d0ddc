/**
 * What an instance remembers of the credentials that it has seen. A credential points at its
 * session, that at its user, who has a revision: what was remembered under an older one is not
 * believed. So an end changes a single number, whatever is remembered.
 */
import { Agents } from "./agents.ts";
import type { Authentication } from "../authenticate.ts";
import { none } from "./chains.ts";
import { sameEpoch } from "../epoch.ts";
import type { End } from "../feed.ts";
import { HeldCredentials } from "./held-credentials.ts";
import { HeldSessions, type HeldTimes } from "./held-sessions.ts";
import type { Listeners } from "./listeners.ts";
import { type Session, type SessionRecord, toSession } from "../session.ts";
import type { RequestFacts } from "../settings.ts";
import { touchInterval } from "../timeouts.ts";
import { userKey } from "../user-key.ts";
import type { EndReason } from "../../protocol/reasons.ts";

/** What the holder of a credential is answered. */
export type Answer = Authentication;

/** A session that is over, and why. */
export interface Over {
  readonly session: Session;
  readonly reason: EndReason;
}

/** A lookup that is under way, and what has ended since it began (rule 5). */
export interface Flight {
  readonly moved: Set<string>;
}

/** In a flight's `moved`: everything has. */
const whatever = "*";

/** Remembers at most so many credentials, and at most as many sessions. */
export class Memory {
  readonly #most: number;
  readonly #beganAt: number;
  readonly sessions: HeldSessions = new HeldSessions();
  readonly #credentials = new HeldCredentials();
  readonly #dead = new Map<string, { readonly tenantId: string; readonly answer: Answer }>();
  /** What was at a session's place, and why it has ended, as far as that is certain. */
  readonly #over = new Map<number, Over>();
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

  /** Whether a credential of this number was seen, without a look at the credential itself. */
  has(number: number): boolean {
    return this.#credentials.has(number);
  }

  /**
   * The place of the session that a credential leads to, if nothing has ended it since it was
   * seen, or {@link none}. `text` is an access token, or the hash of anything else; `now` as
   * {@link since} has it.
   */
  find(number: number, text: string, now: number): number {
    const credential = this.#credentials.find(number, text);
    if (credential === none || now >= this.#credentials.expiryOf(credential)) return none;
    const session = this.#credentials.sessionOf(credential);
    return this.sessions.isCurrent(session) ? session : none;
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

  /**
   * Remembers which session a credential belongs to, if that is held. `expiresAt` is the
   * credential's own, or infinite.
   */
  link(number: number, text: string, expiresAt: number, sessionId: string): void {
    const session = this.sessions.find(sessionId);
    if (session === none || !this.sessions.isCurrent(session)) return;
    const known = this.#credentials.find(number, text);
    if (known !== none && this.#credentials.sessionOf(known) === session) return;
    this.sessions.lead(session);
    if (known !== none) this.#unlink(known);
    else if (this.#credentials.size >= this.#most) this.#unlink(this.#credentials.oldest());
    // A slice of a header would keep the header alive: parsing makes a text of its own.
    const own = JSON.parse(JSON.stringify(text)) as string;
    this.#credentials.add(number, own, session, this.since(expiresAt));
  }

  /** Remembers from what device a session was last used by cookie. */
  linkAgent(sessionId: string, agent: RequestFacts): void {
    const session = this.sessions.find(sessionId);
    if (session !== none) this.sessions.setAgent(session, this.#agents.get(agent));
  }

  /** Notes activity that was written down. */
  touched(sessionId: string, at: number): void {
    const place = this.sessions.find(sessionId);
    if (place === none) return;
    const session = this.sessions.at(place);
    const touched = { ...session, lastSeenAt: Math.max(session.lastSeenAt, at) };
    const times = this.#timesOf(touched, this.sessions.idleTimeoutOf(place));
    this.sessions.change(place, touched, times);
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
    if (sessionId === null) {
      this.sessions.raise(tenantId, userId);
      return;
    }
    const session = this.sessions.find(sessionId);
    if (session !== none) this.sessions.forget(session);
  }

  /** The session of a credential that is known to have ended, and why. It needs no lease. */
  endOf(number: number, text: string): Over | undefined {
    const credential = this.#credentials.find(number, text);
    if (credential === none) return undefined;
    return this.#over.get(this.#credentials.sessionOf(credential));
  }

  #note({ sessionId, reason }: End): void {
    if (sessionId === null || reason === null) return;
    const place = this.sessions.find(sessionId);
    if (place === none) return;
    if (this.#over.size >= this.#most / 10) forgetOldest(this.#over);
    this.#over.set(place, { session: this.sessions.at(place), reason: reason as EndReason });
  }

  /** Forgets everything, lookups under way included. */
  clear(): void {
    for (const { moved } of this.#flights) moved.add(whatever);
    this.sessions.clear();
    this.#credentials.clear();
    this.#over.clear();
    this.#listeners?.doubt();
  }

  #hold(record: SessionRecord): void {
    if (
      this.#most === 0 ||
      record.endedAt !== null ||
      !sameEpoch(record.epoch, record.currentEpoch)
    )
      return;
    const { idleTimeout } = record;
    const session = toSession(record);
    this.sessions.hold(session, idleTimeout, this.#timesOf(session, idleTimeout));
    // Another session may have been there, which no credential leads to any more.
    if (this.#over.size > 0) this.#over.delete(this.sessions.find(session.id));
    if (this.sessions.size > this.#most) this.sessions.forgetOldest();
  }

  #timesOf({ expiresAt, lastSeenAt }: Session, idleTimeout: number | null): HeldTimes {
    const idleAt = idleTimeout === null ? expiresAt : lastSeenAt + idleTimeout;
    return {
      deadline: this.since(Math.min(expiresAt, idleAt)),
      touchAt: this.since(lastSeenAt + touchInterval(idleTimeout)),
    };
  }

  #unlink(credential: number): void {
    const session = this.#credentials.sessionOf(credential);
    this.#credentials.remove(credential);
    this.sessions.leave(session);
  }
}

function forgetOldest<K>(map: Map<K, unknown>): void {
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
