/**
 * The database, as far as ends are concerned: transactions are numbered when they first write and
 * become visible when they commit, statements see what was visible when they began, and a crash
 * takes away what was not durable, numbers included.
 */
import type { Mark } from "../../core/acts.ts";
import type { End, Member, News, Sight } from "../../core/feed.ts";
import type { SessionRecord } from "../../core/session.ts";
import { isVisibleIn } from "../../stores/postgres/snapshot.ts";

/** A row of the table of sessions. */
export interface Row {
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly hash: string;
  readonly epoch: SessionRecord["epoch"];
  endedAt: number | null;
  endAuditId: string | null;
  /** When its end was committed and when that was first answered, in true time. */
  overAt: number;
  answeredAt: number;
}

interface Beating {
  readonly beat: number;
  readonly applied: Mark | null;
  readonly bound: number;
  readonly expelled: boolean;
}

interface Change {
  readonly time: number;
  readonly id: string;
  readonly before: Beating | undefined;
}

/** What a crash leaves of the table of instances. */
export type Loss = "everything" | "recent" | "nothing";

/** How the feed must not be read: for planted faults. */
export interface Wrongly {
  /** As if a position of another life meant the same in this one. */
  readonly anyLife?: boolean;
  /** As if nothing from the oldest running transaction on were visible yet. */
  readonly belowOldest?: boolean;
}

/** How long after its commit a heartbeat is durable, in milliseconds. */
const flushedWithin = 600;

/** The state of the server. Each method is one moment of it. */
export class Server {
  /** The transactions that have not committed. */
  readonly running: Set<number> = new Set();
  readonly sessions: Map<string, Row> = new Map();
  readonly byHash: Map<string, Row> = new Map();
  readonly epochs: Map<string, { version: number; auditId: string | null }> = new Map();
  life: number = 1;
  up: boolean = true;
  #next = 1000;
  #durable = 1000;
  readonly #unflushed: { readonly xid: number; readonly time: number }[] = [];
  #ends: { readonly xid: number; readonly end: End }[] = [];
  readonly #instances = new Map<string, Beating>();
  #changes: Change[] = [];
  #sweeps = 0;
  #sweptAt: Mark | null = null;

  /** Numbers a transaction that is about to write. */
  begin(): number {
    const xid = (this.#next += 1);
    this.running.add(xid);
    return xid;
  }

  /** Numbers transactions of others, of which nothing is left. */
  burn(count: number): void {
    this.#next += count;
  }

  /** Makes a transaction visible; `lazily` is before it is durable. */
  finish(xid: number, now: number, lazily: boolean): void {
    this.running.delete(xid);
    if (lazily) this.#unflushed.push({ xid, time: now });
    else {
      // The log is written in its order.
      for (const { xid: earlier } of this.#unflushed.splice(0)) this.#keep(earlier);
      this.#keep(xid);
    }
  }

  #keep(xid: number): void {
    this.#durable = Math.max(this.#durable, xid);
  }

  position(): Mark {
    const running = [...this.running].sort((a, b) => a - b);
    const after = this.#next + 1;
    return `${this.life}|${running[0] ?? after}:${after}:${running.join(",")}`;
  }

  sight(): Sight {
    const members = [...this.#instances].map(([id, { beat, applied, bound }]): Member => {
      return { id, beat, applied, bound };
    });
    return { position: this.position(), incarnation: `life ${this.life}`, members };
  }

  news(since: Mark | null, { anyLife = false, belowOldest = false }: Wrongly = {}): News {
    const [life, snapshot = ""] = since === null ? [] : since.split("|");
    const known = anyLife ? since !== null : life === String(this.life);
    const seen = known
      ? Number(snapshot.slice(0, snapshot.indexOf(":")))
      : Number.POSITIVE_INFINITY;
    const oldest = belowOldest ? Math.min(...this.running, this.#next + 1) : null;
    const ends = this.#ends
      .filter(({ xid }) => xid >= seen && !isVisibleIn(snapshot, String(xid)))
      .filter(({ xid }) => oldest === null || xid < oldest)
      .map(({ end }) => end);
    const sight = this.sight();
    const position = oldest === null ? sight.position : `${this.life}|${oldest}:${oldest}:`;
    return { ...sight, position, ends, sweeps: this.#sweeps };
  }

  addEnds(xid: number, ends: readonly End[]): void {
    for (const end of ends) this.#ends.push({ xid, end });
  }

  hasEnd(auditId: string): boolean {
    return this.#ends.some(({ end }) => end.auditId === auditId);
  }

  /** Clears away what the sweep before this one has seen. */
  sweep(): void {
    const [life, snapshot = ""] = this.#sweptAt === null ? [] : this.#sweptAt.split("|");
    if (life === String(this.life)) {
      this.#ends = this.#ends.filter(({ xid }) => !isVisibleIn(snapshot, String(xid)));
    }
    this.#sweeps += 1;
    this.#sweptAt = this.position();
  }

  setInstance(id: string, now: number, change: (row: Beating | undefined) => Beating | null): void {
    const before = this.#instances.get(id);
    const after = change(before);
    this.#changes.push({ time: now, id, before });
    if (after) this.#instances.set(id, after);
    else this.#instances.delete(id);
  }

  instance(id: string): Beating | undefined {
    return this.#instances.get(id);
  }

  /** Begins another life. */
  crash(now: number, loss: Loss): void {
    this.life += 1;
    this.up = false;
    this.running.clear();
    if (loss === "nothing") {
      for (const { xid } of this.#unflushed.splice(0)) this.#keep(xid);
      this.#changes = [];
      return;
    }
    for (const { xid, time } of this.#unflushed.splice(0)) {
      if (time <= now - flushedWithin) this.#keep(xid);
    }
    this.#next = this.#durable;
    if (loss === "everything") this.#instances.clear();
    for (const { time, id, before } of this.#changes.splice(0).reverse()) {
      if (loss === "everything" || time <= now - flushedWithin) continue;
      if (before) this.#instances.set(id, before);
      else this.#instances.delete(id);
    }
  }

  addSession(row: Row): void {
    this.sessions.set(row.id, row);
    this.byHash.set(row.hash, row);
  }

  epochOf({ tenantId, userId }: Pick<Row, "tenantId" | "userId">): SessionRecord["epoch"] {
    return {
      installation: this.#version("everything"),
      tenant: this.#version(`tenant ${tenantId}`),
      user: this.#version(`user ${tenantId} ${userId}`),
    };
  }

  raise(key: string, auditId: string): void {
    this.epochs.set(key, { version: this.#version(key) + 1, auditId });
  }

  #version(key: string): number {
    return this.epochs.get(key)?.version ?? 1;
  }
}
