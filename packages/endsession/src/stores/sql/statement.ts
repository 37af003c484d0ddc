/**
 * Statements and steps. A statement is built once with Kysely and compiled once a dialect, so
 * that a request never builds SQL. An act is a generator that yields calls of statements: a
 * driver with a synchronous database runs it without a break, one with a connection awaits each
 * call. Neither can interleave two acts, and neither needs a second copy of the act.
 */
import {
  type Compilable,
  type Expression,
  type Insertable,
  type Kysely,
  type RawBuilder,
  sql,
} from "kysely";
import type { End } from "../../core/feed.ts";
import type { Flavour } from "./flavour.ts";
import type { Tables } from "./schema.ts";

/** A value that a statement may be given. */
export type Value = string | number | null;

/** Stands in a statement where a value will be. */
export class Argument {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** The placeholders of a statement: `$.at` is the value that a call gives as `at`. */
export type Placeholders<Args> = { readonly [K in keyof Args]-?: RawBuilder<Args[K]> };

/** A statement with its arguments and its row. */
export interface Statement<Args, Row> {
  /** Unique; the name of the prepared statement where the database has such. */
  readonly name: string;
  readonly build: (db: Kysely<Tables>, flavour: Flavour) => Compilable<Row>;
  /** Only a type: which arguments a call must give. */
  readonly args?: (args: Args) => void;
}

/** A statement that waits for its values. */
export interface Call {
  readonly statement: Statement<never, unknown>;
  readonly args: Readonly<Record<string, Value>>;
  /** The ends that it writes, for who commits. */
  readonly told?: readonly Told[];
}

/** An end, and the place in the commit of the act that wrote it (default the present act). */
export interface Told {
  readonly act?: number;
  readonly end: End;
}

/** What a call came back with. */
export interface Result {
  readonly rows: readonly unknown[];
  /** Rows that an insert, update or delete has changed. */
  readonly changes: number;
}

/** A piece of work that runs within one transaction. */
export type Steps<T> = Generator<Call, T, Result>;

/** Defines a statement: first its arguments as a type, then its name and its query. */
export function statement<Args extends Record<string, Value>>(): <Row>(
  name: string,
  build: (db: Kysely<Tables>, $: Placeholders<Args>, flavour: Flavour) => Compilable<Row>,
) => Statement<Args, Row> {
  return (name, build) => ({
    name,
    build: (db, flavour) => build(db, placeholders<Args>(), flavour),
  });
}

/** Defines the insert of one row, given column by column. */
export function insertInto<T extends keyof Tables, C extends keyof Insertable<Tables[T]> & string>(
  name: string,
  table: T,
  columns: readonly C[],
): Statement<Pick<Insertable<Tables[T]>, C>, unknown> {
  const row = Object.fromEntries(columns.map((column) => [column, placeholder(column)]));
  return { name, build: (db) => db.insertInto(table).values(row as Insertable<Tables[T]>) };
}

/** Runs a statement and gives all its rows. */
export function* all<Args extends Record<string, Value>, Row>(
  of: Statement<Args, Row>,
  args: Args,
): Steps<readonly Row[]> {
  const result = yield { statement: of, args };
  return result.rows as readonly Row[];
}

/** Runs a statement and gives its first row, or undefined. */
export function* first<Args extends Record<string, Value>, Row>(
  of: Statement<Args, Row>,
  args: Args,
): Steps<Row | undefined> {
  const rows = yield* all(of, args);
  return rows[0];
}

/** Runs a statement and gives the number of rows it changed. */
export function* run<Args extends Record<string, Value>>(
  of: Statement<Args, unknown>,
  args: Args,
): Steps<number> {
  const result = yield { statement: of, args };
  return result.changes;
}

/** Whether a placeholder is given null; the cast tells PostgreSQL of what type it would be. */
export function isNull(value: Expression<string | null>): RawBuilder<boolean> {
  return sql`cast(${value} as text) is null`;
}

/** A call's values in the order of a compiled statement's parameters. */
export function bind(parameters: readonly unknown[], call: Call): Value[] {
  return parameters.map((parameter) => {
    if (!(parameter instanceof Argument)) return parameter as Value;
    const value = call.args[parameter.name];
    if (value === undefined) {
      throw new TypeError(`Statement ${call.statement.name} was not given "${parameter.name}".`);
    }
    return value;
  });
}

function placeholders<Args>(): Placeholders<Args> {
  return new Proxy({} as Placeholders<Args>, {
    get: (_, name) => placeholder(String(name)),
  });
}

function placeholder(name: string): RawBuilder<unknown> {
  return sql`${new Argument(name)}`;
}
