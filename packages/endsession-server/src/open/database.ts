/** Opens the session database that a setting names. */
import { existsSync } from "node:fs";
import type { Store } from "endsession";
import { postgresStore } from "endsession/postgres";
import { sqliteStore } from "endsession/sqlite";
import { Pool } from "pg";
import { hasSchemeOf } from "../config/server-url.ts";

/** An open database. */
export interface Database {
  readonly store: Store;
  /** Closes what is left when the store is closed. */
  close(): Promise<void>;
}

/** How long to wait for a connection and for an answer, in milliseconds. */
const connectionTimeoutMillis = 5000;
const query_timeout = 10_000;

/** Opens a PostgreSQL database by its URL, or else a SQLite file, and migrates it. */
export async function openDatabase(location: string): Promise<Database> {
  if (!isPostgres(location)) {
    return { store: await sqliteStore(location), close: async () => undefined };
  }
  const pool = openPool(location);
  try {
    return { store: await postgresStore(pool), close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** A pool of connections to a PostgreSQL. */
export function openPool(url: string): Pool {
  return new Pool({
    connectionString: url,
    connectionTimeoutMillis,
    query_timeout,
    keepAlive: true,
  });
}

/** Whether a location is that of a PostgreSQL; else it is a SQLite file. */
export function isPostgres(location: string): boolean {
  return hasSchemeOf("PostgreSQL", location);
}

/** The path of a SQLite file. */
export function pathOf(location: string): string {
  return location.replace(/^file:(\/\/(?=\/))?/, "");
}

/** Whether a SQLite file is there already; a PostgreSQL says so itself. */
export function isThere(location: string): boolean {
  return isPostgres(location) || existsSync(pathOf(location));
}
