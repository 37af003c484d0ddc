/** The demo in a PostgreSQL database, which several instances may share. */
import { Pool } from "pg";
import { postgresStore } from "endsession/postgres";
import type { AccountRow, AccountTable } from "../accounts.ts";
import type { Database } from "./database.ts";

/** How long to wait for a connection and for an answer, in milliseconds. */
const connectionTimeoutMillis = 5000;
const query_timeout = 10_000;

/** Opens a PostgreSQL database by its URL, and makes the tables that are missing. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    connectionTimeoutMillis,
    query_timeout,
    keepAlive: true,
  });
  try {
    const store = await postgresStore(pool);
    return { store, accounts: await postgresAccounts(pool), close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/**
 * One instance after the other: "IF NOT EXISTS" alone fails when another makes the table at the same
 * moment. The number stands for this table.
 */
const createTable = `
  BEGIN;
  SELECT pg_advisory_xact_lock(7239016842);
  CREATE TABLE IF NOT EXISTS accounts (
    id text PRIMARY KEY,
    email text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE UNIQUE INDEX IF NOT EXISTS accounts_by_email ON accounts (lower(email));
  COMMIT`;

const columns = 'SELECT id, email, password_hash AS "passwordHash" FROM accounts';

/** Of several instances that find the table empty, the others' rows meet those of the first. */
const fillTable = `
  INSERT INTO accounts (id, email, password_hash)
  SELECT * FROM json_to_recordset($1) AS row (id text, email text, "passwordHash" text)
  WHERE NOT EXISTS (SELECT FROM accounts)
  ON CONFLICT DO NOTHING`;

/** What PostgreSQL calls a value that must be unique and is not. */
const uniqueViolation = "23505";

/** The accounts in a PostgreSQL database; makes the table if it is missing. */
export async function postgresAccounts(pool: Pool): Promise<AccountTable> {
  await pool.query(createTable);
  const rows = async (condition: string, ...values: string[]): Promise<AccountRow[]> =>
    (await pool.query<AccountRow>(`${columns} ${condition}`, values)).rows;
  const change = async (sql: string, ...values: string[]): Promise<boolean> =>
    (await pool.query(sql, values)).rowCount === 1;

  return {
    byId: async (id) => (await rows("WHERE id = $1", id))[0],
    byEmail: async (email) => (await rows("WHERE lower(email) = lower($1)", email))[0],
    isEmpty: async () => (await rows("LIMIT 1")).length === 0,
    async fill(accounts) {
      await change(fillTable, JSON.stringify(accounts));
    },
    setPasswordHash: (row, passwordHash) =>
      change(
        "UPDATE accounts SET password_hash = $1 WHERE id = $2 AND password_hash = $3",
        passwordHash,
        row.id,
        row.passwordHash,
      ),
    async setEmail(row, email) {
      try {
        return await change(
          "UPDATE accounts SET email = $1 WHERE id = $2 AND password_hash = $3",
          email,
          row.id,
          row.passwordHash,
        );
      } catch (error) {
        if ((error as { code?: unknown }).code === uniqueViolation) return false;
        throw error;
      }
    },
  };
}
