/**
 * The feed in PostgreSQL. Everything of it goes over one connection of its own, so that no
 * heartbeat queues behind requests (rule 7), and nothing of it waits for the disk: a heartbeat that
 * a crash takes away only makes others wait longer. Ends are called out by NOTIFY, outside of the
 * transaction that ends.
 */
import { createQueryId, PostgresQueryCompiler, type RawBuilder, sql } from "kysely";
import type { Mark } from "../../core/acts.ts";
import type { End, Feed, Listener, Member, News, Sight } from "../../core/feed.ts";
import { life, postgresFlavour as flavour } from "./flavour.ts";
import { Line } from "./line.ts";
import type { PostgresPool } from "./pool.ts";
import { isVisibleIn } from "./snapshot.ts";

/** How often to poll, in milliseconds: two statements each time, and wake-ups between. */
const interval = 500;

interface Row {
  readonly position: string;
  readonly incarnation: string;
  readonly sweeps: number;
  readonly members: string;
  readonly ends?: string | null;
}

/** The feed of a database. */
export class PostgresFeed implements Feed {
  readonly beats = true;
  readonly interval: number = interval;
  readonly #line: Line;
  readonly #listeners = new Set<Listener>();

  constructor(pool: PostgresPool) {
    this.#line = new Line(pool, (message) => this.#heard(message));
  }

  async join(id: string, bound: number): Promise<void> {
    await this.#line.run("join", join, [id, bound]);
  }

  async beat(id: string, applied: Mark | null): Promise<boolean> {
    return (await this.#line.run("beat", beat, [id, applied])).rowCount === 1;
  }

  async read(since: Mark | null, most: number): Promise<News> {
    const { rows } = await this.#line.run("read", read, [since, most + 1]);
    const row = rows[0] as Row;
    return { ...sightOf(row), sweeps: row.sweeps, ends: endsOf(row, most) };
  }

  async call(id: string, aloud: boolean): Promise<Sight> {
    const { rows } = aloud
      ? await this.#line.run("call", call, [`w ${id}`])
      : await this.#line.run("look", look, []);
    return sightOf(rows[0] as Row);
  }

  async acknowledge(id: string, applied: Mark): Promise<void> {
    const message = `a ${id} ${applied}`;
    // The server takes no longer ones; the next heartbeat says the same.
    if (message.length < longestMessage) await this.#line.run("notify", notify, [message]);
  }

  async expel(id: string): Promise<void> {
    await this.#line.run("expel", "update instances set expelled = true where id = $1", [id]);
  }

  async forget(id: string): Promise<void> {
    await this.#line.run("forget", "delete from instances where id = $1", [id]);
  }

  covers(applied: Mark, end: Mark): boolean {
    const [life, snapshot = ""] = applied.split("|");
    const [lifeOfEnd, transaction = ""] = end.split("|");
    return life === lifeOfEnd && isVisibleIn(snapshot, transaction);
  }

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#line.close();
  }

  #heard(message: string): void {
    const [kind, id = "", applied = ""] = message.split(" ");
    for (const listener of this.#listeners) {
      if (kind === "a") listener.acknowledged(id, applied);
      else listener.woken(id);
    }
  }
}

const longestMessage = 7900;
const noQuery = createQueryId();

const join = `insert into instances (id, bound) values ($1, $2)
  on conflict (id) do update set beat = instances.beat + 1, applied = null, expelled = false`;

const beat = `update instances set beat = beat + 1, applied = $2
  where id = $1 and not expelled`;

const notify = "select pg_notify('endsession', $1)";

/** What there is to see, in one statement and therefore in one snapshot. */
const sight = `${compiled(flavour.position)} as position, sweeps,
  ${compiled(life)} || ' ' ||
    left(pg_walfile_name(pg_current_wal_lsn()), 8) || ' ' || incarnation as incarnation,
  (select coalesce(json_agg(json_build_array(id, beat, applied, bound)), '[]') from instances)::text
    as members`;

const look = `select ${sight} from installation where id = 1`;

const call = `select ${sight}, pg_notify('endsession', $1)::text as called
  from installation where id = 1`;

const since = sql<string | null>`cast(${sql.raw("$1")} as text)`;

/** A position of another life of the server gives no ends, and the incarnation tells why. */
const read = `select ${sight}, case when ${compiled(flavour.isPosition(since))} then (
    select coalesce(
      json_agg(json_build_array(tenant_id, user_id, session_id, reason, audit_id, auth_version)), '[]')
    from (select * from ends where ${compiled(flavour.isAfter(since))} limit $2) as e
  )::text end as ends from installation where id = 1`;

function compiled(fragment: RawBuilder<unknown>): string {
  return new PostgresQueryCompiler().compileQuery(fragment.toOperationNode(), noQuery).sql;
}

function sightOf({ position, incarnation, members }: Row): Sight {
  const rows = JSON.parse(members) as [string, number, Mark | null, number][];
  return {
    position,
    incarnation,
    members: rows.map(([id, count, applied, bound]): Member => ({
      id,
      beat: count,
      applied,
      bound,
    })),
  };
}

function endsOf({ ends }: Row, most: number): End[] | null {
  type Text = string | null;
  const rows = JSON.parse(ends ?? "[]") as [Text, Text, Text, Text, Text, number | null][];
  if (rows.length > most) return null;
  return rows.map(([tenantId, userId, sessionId, reason, auditId, epoch]) => ({
    tenantId,
    userId,
    sessionId,
    reason,
    auditId,
    epoch,
  }));
}
