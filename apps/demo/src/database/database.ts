/** The database of the demo: one place for the sessions and the accounts. */
import type { Store } from "endsession";
import type { AccountTable } from "../accounts.ts";
import { hasSchemeOf } from "../server-url.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

/** An open database. */
export interface Database {
  readonly store: Store;
  readonly accounts: AccountTable;
  /** Closes it; the store must be closed before. */
  close(): Promise<void>;
}

/** Opens a PostgreSQL database by its URL, or else a SQLite file. */
export function openDatabase(location: string): Promise<Database> {
  return hasSchemeOf("PostgreSQL", location) ? openPostgres(location) : openSqlite(location);
}
