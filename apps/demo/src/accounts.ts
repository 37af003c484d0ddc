/**
 * The demo's own users. Sign-in belongs to the application: this file holds the passwords, and the
 * library never sees more of them than the question whether one is right.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import type { SqliteDatabase } from "endsession/sqlite";

/** A person who can sign in. */
export interface Account {
  /** Random, and stable across restarts. */
  readonly id: string;
  readonly email: string;
}

/** Whose password is checked: an e-mail address as typed, or a user who is known already. */
export interface PasswordClaim {
  /** The e-mail address; null when `userId` is given. */
  readonly identifier: string | null;
  readonly userId: string | null;
  readonly password: string;
}

/** What the demo asks of its accounts. */
export interface Accounts {
  /** The account of a user id. Throws for an unknown one: no session is ever begun for it. */
  get(userId: string): Account;
  /** The user whose password this is; takes as long for an unknown e-mail as for a wrong password. */
  verifyPassword(claim: PasswordClaim): Promise<{ userId: string } | null>;
  /** Sets a new password, provided that the current one is right. */
  changePassword(
    userId: string,
    change: { readonly current: string; readonly next: string },
  ): Promise<"changed" | "wrong_password">;
  /** Sets a new e-mail address, provided that the password is right and the address is free. */
  changeEmail(
    userId: string,
    change: { readonly current: string; readonly email: string },
  ): Promise<"changed" | "wrong_password" | "taken">;
}

/** The accounts that a new database begins with; the sign-in page lists them. */
export const demoAccounts: readonly { readonly email: string; readonly password: string }[] = [
  { email: "test@example.com", password: "password123" },
  { email: "owner@example.com", password: "correct-horse-battery-staple" },
  { email: "guest@example.com", password: "correct-horse-battery-staple" },
];

/** Argon2id (the driver's default) with the parameters that OWASP gives for it. */
const argon2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const createTable = `
  CREATE TABLE IF NOT EXISTS accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`;

interface Row extends Account {
  readonly password_hash: string;
}

/** Opens the accounts in a database; fills the table with {@link demoAccounts} when it is empty. */
export async function openAccounts(database: SqliteDatabase): Promise<Accounts> {
  database.exec(createTable);
  await seed(database);
  const columns = "SELECT id, email, password_hash FROM accounts";
  const byId = database.prepare(`${columns} WHERE id = ?`);
  const byEmail = database.prepare(`${columns} WHERE email = ?`);
  const setHash = database.prepare(
    "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?",
  );
  const setEmail = database.prepare(
    "UPDATE OR IGNORE accounts SET email = ? WHERE id = ? AND password_hash = ?",
  );
  // Nobody's password: checked in place of an unknown account's, so that both take equally long.
  const decoy = await hash(randomBytes(32), argon2);

  const rowOf = (userId: string): Row | undefined => byId.all(userId)[0] as Row | undefined;
  const checked = async (row: Row | undefined, password: string): Promise<Row | null> => {
    const matches = await verify(row?.password_hash ?? decoy, password);
    return row !== undefined && matches ? row : null;
  };

  return {
    get: (userId) => {
      const row = rowOf(userId);
      if (row === undefined) throw new Error("A session belongs to an account that is not there.");
      return { id: row.id, email: row.email };
    },
    verifyPassword: async ({ identifier, userId, password }) => {
      const row =
        identifier === null
          ? rowOf(userId ?? "")
          : (byEmail.all(identifier.trim())[0] as Row | undefined);
      const account = await checked(row, password);
      return account === null ? null : { userId: account.id };
    },
    changePassword: async (userId, { current, next }) => {
      const row = await checked(rowOf(userId), current);
      if (row === null) return "wrong_password";
      const replacement = await hash(next, argon2);
      // Conditional on what was verified: a change that came in between makes this one void.
      const { changes } = setHash.run(replacement, row.id, row.password_hash);
      return Number(changes) === 1 ? "changed" : "wrong_password";
    },
    changeEmail: async (userId, { current, email }) => {
      const row = await checked(rowOf(userId), current);
      if (row === null) return "wrong_password";
      const { changes } = setEmail.run(email, row.id, row.password_hash);
      if (Number(changes) === 1) return "changed";
      return byEmail.all(email).length > 0 ? "taken" : "wrong_password";
    },
  };
}

async function seed(database: SqliteDatabase): Promise<void> {
  if (database.prepare("SELECT 1 FROM accounts LIMIT 1").all().length > 0) return;
  const hashes = await Promise.all(demoAccounts.map(({ password }) => hash(password, argon2)));
  const insert = database.prepare(
    "INSERT OR IGNORE INTO accounts (id, email, password_hash, created_at) VALUES (?, ?, ?, ?)",
  );
  demoAccounts.forEach(({ email }, index) => {
    insert.run(randomUUID(), email, hashes[index] ?? "", Date.now());
  });
}
