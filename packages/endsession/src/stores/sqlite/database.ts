/**
 * Opens SQLite through `node:sqlite` where Node has it, else through `@photostructure/sqlite`,
 * which has the same interface. Whatever opened it, commits must reach the disk: WAL with
 * synchronous=FULL is set and verified, since the drivers' own defaults lose acknowledged ends
 * on power failure.
 */
import { EndSessionError } from "../../core/errors.ts";

/** A prepared statement: the part of `StatementSync` that is used. */
export interface SqliteStatement {
  all(...values: (string | number | null)[]): unknown[];
  run(...values: (string | number | null)[]): { readonly changes: number | bigint };
}

/** A database: the part of `DatabaseSync` (node:sqlite) that is used. */
export interface SqliteDatabase {
  /** Whether a transaction is open. Drivers that cannot say are believed to have none. */
  readonly isTransaction?: boolean;
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string) => SqliteDatabase;
}

/**
 * Opens a database file and makes its commits durable. `location` is a path, a `file:` path or
 * `:memory:`. Throws `ERR_SETTING_INVALID` when the file cannot be opened.
 */
export async function openDatabase(location: string): Promise<SqliteDatabase> {
  const path = location.replace(/^file:(\/\/(?=\/))?/, "");
  if (path === "" || /[\0\r\n]/.test(path) || /^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `"${location}" is no SQLite database. Give a path such as file:sessions.db, or :memory:.`,
    );
  }
  const { DatabaseSync } = await sqliteModule();
  let database: SqliteDatabase | undefined;
  try {
    database = new DatabaseSync(path);
    makeDurable(database);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof EndSessionError) throw cause;
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `The SQLite database "${path}" cannot be opened: ${(cause as Error).message}. ` +
        "Check that its folder exists and that this process may write to it.",
      { cause },
    );
  }
}

/**
 * Throws while a transaction of the application is open on the connection: it reads what was true
 * when that began.
 */
export function refuseOldTruth({ isTransaction }: SqliteDatabase): void {
  if (isTransaction !== true) return;
  throw new Error(
    "A transaction is open on the connection that sessions are read by. Give sqliteStore a path, " +
      "or a connection of its own.",
  );
}

/** Sets and verifies what a durable commit needs. */
export function makeDurable(database: SqliteDatabase): void {
  database.exec("PRAGMA busy_timeout = 5000");
  const mode = setJournalMode(database);
  database.exec("PRAGMA synchronous = FULL");
  if (mode !== "wal" && mode !== "memory") {
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `The SQLite database stays in journal mode "${String(mode)}"; sessions need WAL. ` +
        "Put the file on a local disk that supports shared memory.",
    );
  }
  const synchronous = pragma(database, "synchronous");
  if (synchronous !== 2 && synchronous !== 3) {
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `The SQLite database stays at synchronous=${String(synchronous)}; an acknowledged end ` +
        "must reach the disk, which needs FULL.",
    );
  }
}

/**
 * Changing the journal needs the file for oneself, and SQLite does not wait for that: processes
 * that open a new file at the same moment take turns here.
 */
function setJournalMode(database: SqliteDatabase): unknown {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 1; ; attempt += 1) {
    try {
      return pragma(database, "journal_mode = WAL");
    } catch (error) {
      const busy = error instanceof Error && /locked|busy/i.test(error.message);
      if (!busy || attempt === openAttempts) throw error;
      Atomics.wait(pause, 0, 0, 20);
    }
  }
}

/** At 20 ms each: five seconds, as long as `busy_timeout`. */
const openAttempts = 250;

function pragma(database: SqliteDatabase, text: string): unknown {
  const [row] = database.prepare(`PRAGMA ${text}`).all();
  return row === undefined ? undefined : Object.values(row as object)[0];
}

async function sqliteModule(): Promise<SqliteModule> {
  const builtin = process.getBuiltinModule("node:sqlite") as SqliteModule | undefined;
  if (builtin) return builtin;
  try {
    return (await import("@photostructure/sqlite")) as unknown as SqliteModule;
  } catch (cause) {
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      "This Node has no node:sqlite. Run: npm install @photostructure/sqlite@1.2.1",
      { cause },
    );
  }
}
