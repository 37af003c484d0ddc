/**
 * The feed in a SQLite file. Its processes share one disk and every commit is durable, so that no
 * row is ever lost: an instance needs no heartbeat, and writes only what it acknowledges to others.
 */
import type { Mark } from "../../core/acts.ts";
import type { End, Feed, Member, News, Sight } from "../../core/feed.ts";
import { refuseOldTruth, type SqliteDatabase, type SqliteStatement } from "./database.ts";

interface Head {
  readonly position: string;
  readonly incarnation: string;
  readonly sweeps: number;
}

/** How often to poll, in milliseconds: one indexed read of a microsecond or ten. */
const interval = 200;

/** The feed of an open database. */
export class SqliteFeed implements Feed {
  readonly beats = false;
  readonly interval: number = interval;
  readonly #database: SqliteDatabase;
  readonly #prepare: (sql: string) => SqliteStatement;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    const prepared = new Map<string, SqliteStatement>();
    this.#prepare = (sql) => {
      const known = prepared.get(sql) ?? database.prepare(sql);
      prepared.set(sql, known);
      return known;
    };
  }

  async join(id: string, bound: number): Promise<void> {
    this.#prepare(
      "insert or replace into instances (id, beat, applied, bound) values (?, 0, null, ?)",
    ).run(id, bound);
  }

  async beat(id: string): Promise<boolean> {
    return this.#prepare("select 1 from instances where id = ?").all(id).length === 1;
  }

  async read(since: Mark | null, most: number): Promise<News> {
    return { ...this.#sight(), ends: since === null ? [] : this.#endsSince(since, most) };
  }

  async call(): Promise<Sight> {
    return this.#sight();
  }

  async acknowledge(id: string, applied: Mark): Promise<void> {
    this.#prepare("update instances set applied = ? where id = ?").run(applied, id);
  }

  /** Whoever has not acknowledged in time has no lease, and need not be seen any more. */
  async expel(id: string): Promise<void> {
    await this.forget(id);
  }

  async forget(id: string): Promise<void> {
    this.#prepare("delete from instances where id = ?").run(id);
  }

  covers(applied: Mark, end: Mark): boolean {
    return Number(applied) >= Number(end);
  }

  listen(): void {
    // Nobody calls out; the next poll is near.
  }

  #sight(): Omit<News, "ends"> {
    refuseOldTruth(this.#database);
    const rows = this.#prepare(
      `select cast(coalesce((select max(sequence) from ends), 0) as text) as position,
         incarnation, sweeps, member.id, beat, applied, bound
         from installation left join instances as member where installation.id = 1`,
    ).all() as (Head & (Member | { readonly id: null }))[];
    const [head] = rows;
    if (!head) throw new Error("The table `installation` has no row.");
    const { position, incarnation, sweeps } = head;
    return { position, incarnation, sweeps, members: rows.filter((row) => row.id !== null) };
  }

  #endsSince(since: Mark, most: number): End[] | null {
    const ends = this.#prepare(
      `select tenant_id as tenantId, user_id as userId, session_id as sessionId, reason,
         audit_id as auditId, auth_version as epoch from ends where sequence > cast(? as integer)
         limit ?`,
    ).all(since, most + 1) as End[];
    return ends.length > most ? null : ends;
  }
}
