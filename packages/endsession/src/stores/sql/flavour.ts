/** The few things that SQLite and PostgreSQL say differently. */
import type { CreateTableBuilder, Expression, Kysely, RawBuilder, SqlBool } from "kysely";

/** One database's way to say them. A position tells which ends are visible at a moment. */
export interface Flavour {
  /** The position of this moment, as text. */
  readonly position: RawBuilder<string>;
  /** Where an end that is being inserted stands, as text. */
  readonly place: RawBuilder<string>;
  /** Where this very transaction stands, with everything that was committed before it. */
  readonly placeOfNow: RawBuilder<string>;
  /** Whether a text is a position, and one of this life of the server. */
  readonly isPosition: (position: Expression<string | null>) => RawBuilder<SqlBool>;
  /** Whether a row of `ends` became visible after a position. */
  readonly isAfter: (position: Expression<string | null>) => RawBuilder<SqlBool>;
  /** Whether a column holds one of the texts of a JSON array. */
  readonly isOneOf: (column: string, list: Expression<string>) => RawBuilder<SqlBool>;
  /** The values of columns as the text of a JSON array. */
  readonly list: (columns: readonly string[]) => RawBuilder<string>;
  /** The objects of a JSON array as rows, in their order, with these columns. */
  readonly rows: <R>(
    list: Expression<string>,
    columns: { readonly [C in keyof R]: "text" | "bigint" },
  ) => RawBuilder<R>;
  /** Adds the column `sequence`, which numbers the rows in the order of their insertion. */
  readonly addSequence: <T extends string>(
    table: CreateTableBuilder<T>,
  ) => CreateTableBuilder<T, "sequence">;
  /** Adds what this database needs to follow the table `ends`. */
  readonly prepareFeed: (db: Kysely<unknown>) => Promise<void>;
}
