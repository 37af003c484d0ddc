/**
 * PostgreSQL: a position is a snapshot, since transactions become visible in another order than
 * they are numbered. The start of the server stands before it: after a crash the numbers of
 * transactions that left no trace are given out again.
 */
import { type RawBuilder, sql } from "kysely";
import type { Flavour } from "../sql/flavour.ts";

/** When the server started: positions of another life mean nothing in this one. */
export const life: RawBuilder<string> = sql`extract(epoch from pg_postmaster_start_time())::text`;

export const postgresFlavour: Flavour = {
  position: sql`${life} || '|' || pg_current_snapshot()::text`,
  place: sql`${life} || '|' || xid::text`,
  placeOfNow: sql`${life} || '|' || pg_current_xact_id()::text`,
  isPosition: (position) =>
    sql`(${position} ~ '^[0-9.]+[|][0-9]+:[0-9]+:[0-9,]*$' and split_part(${position}, '|', 1) = ${life})`,
  isAfter: (position) =>
    sql`ends.xid >= pg_snapshot_xmin(split_part(${position}, '|', 2)::pg_snapshot)
      and not pg_visible_in_snapshot(ends.xid, split_part(${position}, '|', 2)::pg_snapshot)`,
  list: (columns) =>
    sql`json_build_array(${sql.join(columns.map((column) => sql.ref(column)))})::text`,
  isOneOf: (column, list) =>
    sql`${sql.ref(column)} = any(array(select json_array_elements_text(cast(${list} as json))))`,
  rows: (list, columns) => {
    const column = ([name, type]: [string, unknown]): RawBuilder<unknown> =>
      sql`${sql.ref(name)} ${sql.raw(String(type))}`;
    const definition = sql.join(Object.entries(columns).map(column));
    // No limit, though the planner does not know: it reckons with ten rows in place of a hundred, and
    // goes by the index also where tables are small.
    return sql`(select * from json_to_recordset(cast(${list} as json)) as listed(${definition})
      limit (select cast(null as bigint)))`;
  },
  addSequence: (table) =>
    table.addColumn("sequence", "bigint", (column) =>
      column.primaryKey().generatedAlwaysAsIdentity(),
    ),
  async prepareFeed(db) {
    await db.schema
      .alterTable("ends")
      .addColumn("xid", sql`xid8`, (column) =>
        column.notNull().defaultTo(sql`pg_current_xact_id()`),
      )
      .execute();
    await db.schema.createIndex("ends_by_transaction").on("ends").column("xid").execute();
    // Unlogged: a crash empties it, and no heartbeat outlives the numbers that it speaks of.
    await sql`create unlogged table instances (
      id text primary key,
      beat bigint not null default 0,
      applied text,
      bound bigint not null,
      expelled boolean not null default false
    )`.execute(db);
  },
};
