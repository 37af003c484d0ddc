/** The doors of the library, opened onto the simulated server. */
import type { Act, Mark, OutcomeOf } from "../../core/acts.ts";
import { describeDevice } from "../../core/device.ts";
import type { End, Feed, Listener, News, Sight } from "../../core/feed.ts";
import type { SessionRecord } from "../../core/session.ts";
import type { Committed, CredentialKey, Store } from "../../core/store.ts";
import { isVisibleIn } from "../../stores/postgres/snapshot.ts";
import type { Machine } from "./machine.ts";
import { Line, type Network, type Question } from "./network.ts";
import type { Row, Server, Wrongly } from "./server.ts";

/** A statement that only reads: it sees the moment at which it begins. */
function reading<T>(server: Server, look: (server: Server) => T): Question<T> {
  return (reply) => reply({ value: look(server) });
}

/** The feed as one process has it. */
export class SimulatedFeed implements Feed {
  readonly beats = true;
  readonly interval = 500;
  readonly #network: Network;
  readonly #machine: Machine;
  readonly #line: Line;

  constructor(network: Network, machine: Machine) {
    this.#network = network;
    this.#machine = machine;
    this.#line = new Line(network, machine);
  }

  join(id: string, bound: number): Promise<void> {
    return this.#change(id, (row) => {
      return { beat: (row?.beat ?? -1) + 1, applied: null, bound, expelled: false };
    });
  }

  beat(id: string, applied: Mark | null): Promise<boolean> {
    return this.#line.run(this.#writing((server, now) => beat(server, now, id, applied)));
  }

  read(since: Mark | null, most: number, wrongly: Wrongly = {}): Promise<News> {
    return this.#line.run(
      reading(this.#network.server, (server) => {
        const news = server.news(since, wrongly);
        return (news.ends?.length ?? 0) > most ? { ...news, ends: null } : news;
      }),
    );
  }

  /** Both in one transaction, which no instance must do: for planted faults. */
  beatAndRead(id: string, applied: Mark | null): Promise<News> {
    const { server } = this.#network;
    return this.#line.run<News>((reply) => {
      const news = server.news(applied);
      this.#writing((_, now) => {
        beat(server, now, id, applied);
        return news;
      })(reply);
    });
  }

  call(id: string, aloud: boolean): Promise<Sight> {
    return this.#line.run(
      reading(this.#network.server, (server) => {
        if (aloud) this.#network.call((listener) => listener.woken(id));
        return server.sight();
      }),
    );
  }

  async acknowledge(id: string, applied: Mark): Promise<void> {
    await this.#line.run(
      reading(this.#network.server, () =>
        this.#network.call((listener) => listener.acknowledged(id, applied)),
      ),
    );
  }

  expel(id: string): Promise<void> {
    return this.#change(id, (row) => (row ? { ...row, expelled: true } : null));
  }

  forget(id: string): Promise<void> {
    return this.#change(id, () => null);
  }

  covers(applied: Mark, end: Mark): boolean {
    const [life, snapshot = ""] = applied.split("|");
    const [lifeOfEnd, transaction = ""] = end.split("|");
    return life === lifeOfEnd && isVisibleIn(snapshot, transaction);
  }

  listen(listener: Listener): void {
    this.#network.listen(this.#machine, listener);
  }

  #change(id: string, change: Parameters<Server["setInstance"]>[2]): Promise<void> {
    return this.#line.run(this.#writing((server, now) => server.setInstance(id, now, change)));
  }

  /** A transaction of one statement that does not wait for the disk. */
  #writing<T>(write: (server: Server, now: number) => T): Question<T> {
    const { server, schedule, random, workload } = this.#network;
    return (reply) => {
      const { life } = server;
      const xid = server.begin();
      const slow = random.chance(workload.slowBeat);
      schedule.after(slow ? random.between(0, 1500) : 0.05, () => {
        if (server.life !== life) return reply({ error: new Error("The server has crashed.") });
        server.finish(xid, schedule.now, true);
        reply({ value: write(server, schedule.now) });
      });
    };
  }
}

function beat(server: Server, now: number, id: string, applied: Mark | null): boolean {
  const row = server.instance(id);
  if (!row || row.expelled) return false;
  server.setInstance(id, now, () => ({ ...row, beat: row.beat + 1, applied }));
  return true;
}

/** What the commit of an end came to, for those who look on. */
export type Watcher = (rows: readonly Row[], auditId: string) => void;

/** The store as one process has it. */
export class SimulatedStore implements Store {
  readonly feed: SimulatedFeed;
  readonly #network: Network;
  readonly #machine: Machine;
  readonly #locks: Locks;
  readonly #over: Watcher;

  constructor(network: Network, machine: Machine, locks: Locks, over: Watcher) {
    this.#network = network;
    this.#machine = machine;
    this.#locks = locks;
    this.#over = over;
    this.feed = new SimulatedFeed(network, machine);
  }

  find(keys: readonly CredentialKey[]): Promise<readonly (SessionRecord | undefined)[]> {
    return this.#network.asking(
      this.#machine,
      reading(this.#network.server, (server) => keys.map((key) => recordOf(server, key))),
    );
  }

  commit<const A extends readonly Act[]>(acts: A): Promise<Committed<A>> {
    const { server, schedule, random, workload } = this.#network;
    return this.#network.asking(this.#machine, (reply) => {
      const { life } = server;
      const crashed = { error: new Error("The server has crashed.") };
      this.#locks.take(lockOf(server, acts), (release) => {
        if (server.life !== life) {
          release();
          return reply(crashed);
        }
        const xid = server.begin();
        const steps = acts.map((act) => execute(server, act, schedule.now));
        const slow = random.chance(workload.slowCommit);
        schedule.after(slow ? random.between(0, 1500) : random.between(0.3, 3), () => {
          release();
          if (server.life !== life) return reply(crashed);
          server.finish(xid, schedule.now, false);
          for (const { write, ends, auditId } of steps) {
            this.#over(write(), auditId);
            server.addEnds(xid, ends);
          }
          const ends = steps.map((step) => step.ends);
          const position = ends.some((some) => some.length > 0) ? `${life}|${xid}` : null;
          const outcomes = steps.map((step) => step.outcome) as unknown;
          reply({ value: { outcomes, ends, position } as Committed<A> });
        });
      });
    });
  }

  async query(): Promise<never> {
    throw new Error("Nothing is queried here.");
  }

  async close(): Promise<void> {}
}

/** The row locks of users: who comes second waits for the commit of the first. */
export class Locks {
  readonly #waiting = new Map<string, (() => void)[]>();

  take(key: string, got: (release: () => void) => void): void {
    const waiting = this.#waiting.get(key);
    if (waiting) {
      waiting.push(() => this.#give(key, got));
      return;
    }
    this.#waiting.set(key, []);
    this.#give(key, got);
  }

  #give(key: string, got: (release: () => void) => void): void {
    got(() => {
      const next = this.#waiting.get(key)?.shift();
      if (next) next();
      else this.#waiting.delete(key);
    });
  }
}

function lockOf(server: Server, [act]: readonly Act[]): string {
  if (act?.kind === "end_session" && "sessionId" in act) {
    const row = server.sessions.get(act.sessionId);
    return `user ${row?.tenantId} ${row?.userId}`;
  }
  return act?.kind === "raise_epoch" ? keyOf(act.scope) : "everything";
}

/** A step of a transaction: what it tells, and what it will have written at the commit. */
interface Step {
  readonly outcome: OutcomeOf<Act>;
  readonly ends: readonly End[];
  readonly auditId: string;
  readonly write: () => readonly Row[];
}

function execute(server: Server, act: Act, now: number): Step {
  if (act.kind === "end_session" && "sessionId" in act) {
    const { tenantId, sessionId, cause } = act;
    const { auditId, reason } = cause;
    const row = server.sessions.get(sessionId);
    const userId = row?.userId ?? null;
    if (!row || !isCurrent(server, row)) {
      const outcome = { outcome: "already", auditId: row?.endAuditId ?? null, userId, died: [] };
      // It may be over for a moment only: who answered from memory then is told again.
      const again = { tenantId, userId, sessionId, reason: null, auditId: null, epoch: null };
      const ends = row ? [again] : [];
      return { outcome: outcome as OutcomeOf<Act>, ends, auditId, write: () => [] };
    }
    const died = [{ live: true, cookie: true, tokens: false, rememberMe: false }];
    return {
      outcome: { outcome: "ended", auditId, userId, died },
      ends: [{ tenantId, userId, sessionId, reason, auditId, epoch: null }],
      auditId,
      write() {
        row.endedAt = now;
        row.endAuditId = auditId;
        return [row];
      },
    };
  }
  if (act.kind === "raise_epoch") {
    const { scope, cause } = act;
    const { auditId, reason } = cause;
    return {
      outcome: { outcome: "raised", auditId, kept: null },
      ends: [{ ...scope, sessionId: null, reason, auditId, epoch: 2 }],
      auditId,
      write() {
        const before = [...server.sessions.values()].filter((row) => isCurrent(server, row));
        server.raise(keyOf(scope), auditId);
        return before.filter((row) => !isCurrent(server, row));
      },
    };
  }
  if (act.kind === "reassert") {
    // Ends are durable here: nothing can be missing that is not swept.
    return { outcome: { missing: 0 }, ends: [], auditId: act.cause.auditId, write: () => [] };
  }
  throw new Error(`The simulated store knows no ${act.kind}.`);
}

function keyOf({ tenantId, userId }: Pick<End, "tenantId" | "userId">): string {
  if (tenantId === null) return "everything";
  return userId === null ? `tenant ${tenantId}` : `user ${tenantId} ${userId}`;
}

function isCurrent(server: Server, row: Row): boolean {
  const { user, tenant, installation } = server.epochOf(row);
  const { epoch } = row;
  return (
    row.endedAt === null &&
    epoch.user === user &&
    epoch.tenant === tenant &&
    epoch.installation === installation
  );
}

const device = describeDevice({ userAgent: null });

function recordOf(server: Server, key: CredentialKey): SessionRecord | undefined {
  const row = key.by === "token" ? server.byHash.get(key.tokenHash) : undefined;
  if (!row || row.tenantId !== key.tenantId) return undefined;
  return {
    id: row.id,
    tenantId: row.tenantId,
    userId: row.userId,
    hasCookie: true,
    epoch: row.epoch,
    currentEpoch: server.epochOf(row),
    // Such ends are told to nobody but the holder.
    epochReason: "reissued",
    epochAuditId: null,
    createdAt: 0,
    authenticatedAt: 0,
    lastSeenAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    idleTimeout: null,
    methods: ["pwd"],
    device,
    place: null,
    series: null,
    reauthenticationDemandedAt: null,
    endedAt: row.endedAt,
    endReason: row.endedAt === null ? null : "reissued",
    endAuditId: row.endAuditId,
    family: null,
  };
}
