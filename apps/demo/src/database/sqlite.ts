/** The demo in a SQLite file. */
import { openDatabase, type SqliteDatabase, sqliteStore } from "endsession/sqlite";
import type { AccountRow, AccountTable } from "../accounts.ts";
import type { Database } from "./database.ts";

/** Opens a SQLite file, and makes the tables that are missing. */
export async function openSqlite(location: string): Promise<Database> {
  const database = await openDatabase(location);
  try {
    const store = await sqliteStore(database);
    return { store, accounts: sqliteAccounts(database), close: async () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

const createTable = `
  CREATE TABLE IF NOT EXISTS accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`;

const columns = 'SELECT id, email, password_hash AS "passwordHash" FROM accounts';

/** The accounts in a SQLite file; makes the table if it is missing. */
export function sqliteAccounts(database: SqliteDatabase): AccountTable {
  database.exec(createTable);
  const one = (condition: string, value: string): AccountRow | undefined =>
    database.prepare(`${columns} WHERE ${condition}`).all(value)[0] as AccountRow | undefined;
  const change = (sql: string, ...values: string[]): boolean =>
    Number(database.prepare(sql).run(...values).changes) === 1;
  const isEmpty = (): boolean => database.prepare("SELECT 1 FROM accounts").all().length === 0;

  return {
    byId: async (id) => one("id = ?", id),
    byEmail: async (email) => one("email = ?", email),
    isEmpty: async () => isEmpty(),
    async fill(rows) {
      const insert = "INSERT INTO accounts VALUES (?, ?, ?, unixepoch() * 1000)";
      database.exec("BEGIN IMMEDIATE");
      if (isEmpty()) {
        for (const { id, email, passwordHash } of rows) change(insert, id, email, passwordHash);
      }
      database.exec("COMMIT");
    },
    setPasswordHash: async (row, passwordHash) =>
      change(
        "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?",
        passwordHash,
        row.id,
        row.passwordHash,
      ),
    setEmail: async (row, email) =>
      change(
        "UPDATE OR IGNORE accounts SET email = ? WHERE id = ? AND password_hash = ?",
        email,
        row.id,
        row.passwordHash,
      ),
  };
}
