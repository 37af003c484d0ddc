/**
 * SQLite: writers take turns, so that the number of the last end is the position. One file has one
 * life, whichever process opens it.
 */
import { type Expression, type RawBuilder, sql } from "kysely";
import type { Flavour } from "../sql/flavour.ts";
import type { SqliteDatabase } from "./database.ts";

const position: RawBuilder<string> = sql`cast(
  coalesce((select max(sequence) from ends), 0) as text)`;

/** The flavour of an open database. */
export function sqliteFlavour(database: SqliteDatabase): Flavour {
  const each = sql.raw(hasJsonbEach(database) ? "jsonb_each" : "json_each");
  return { ...common, rows: (list, columns) => rowsOf(each, list, columns) };
}

/** Since SQLite 3.51. It gives objects parsed, which else each column of each row would parse. */
function hasJsonbEach(database: SqliteDatabase): boolean {
  try {
    return database.prepare("select value from jsonb_each('[1]')").all().length === 1;
  } catch {
    return false;
  }
}

function rowsOf<R>(
  each: RawBuilder<unknown>,
  list: Expression<string>,
  columns: Readonly<Record<string, "text" | "bigint">>,
): RawBuilder<R> {
  const column = (name: string): RawBuilder<unknown> =>
    sql`value ->> ${sql.lit(`$.${name}`)} as ${sql.ref(name)}`;
  return sql`(select ${sql.join(Object.keys(columns).map(column))} from ${each}(${list}))`;
}

const common: Omit<Flavour, "rows"> = {
  position,
  placeOfNow: position,
  place: sql`cast(sequence as text)`,
  isPosition: (text) => sql`(${text} <> '' and ${text} not glob '*[^0-9]*')`,
  isAfter: (text) => sql`ends.sequence > cast(${text} as integer)`,
  list: (columns) => sql`json_array(${sql.join(columns.map((column) => sql.ref(column)))})`,
  isOneOf: (column, list) => sql`${sql.ref(column)} in (select value from json_each(${list}))`,
  addSequence: (table) =>
    table.addColumn("sequence", "integer", (column) => column.primaryKey().autoIncrement()),
  async prepareFeed(db) {
    await db.schema
      .createTable("instances")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("beat", "bigint", (column) => column.notNull().defaultTo(0))
      .addColumn("applied", "text")
      .addColumn("bound", "bigint", (column) => column.notNull())
      .execute();
  },
};
