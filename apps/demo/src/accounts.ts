/**
 * The demo's own users. Sign-in belongs to the application: this file holds the passwords, and the
 * library never sees more of them than the question whether one is right.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { demoAccounts } from "./demo-accounts.ts";

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
  /** The account of a user id. Rejects for an unknown one: no session is ever begun for it. */
  get(userId: string): Promise<Account>;
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

/** Argon2id (the driver's default) with the parameters that OWASP gives for it. */
const argon2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** An account as it is stored. */
export interface AccountRow extends Account {
  readonly passwordHash: string;
}

/** The table of accounts; each database brings its own. E-mail addresses differ by more than case. */
export interface AccountTable {
  byId(id: string): Promise<AccountRow | undefined>;
  byEmail(email: string): Promise<AccountRow | undefined>;
  isEmpty(): Promise<boolean>;
  /** Adds the rows if the table is empty still: all of them, and of several processes only one's. */
  fill(rows: readonly AccountRow[]): Promise<void>;
  /** Sets another hash, provided that the row has not got another meanwhile; says whether it did. */
  setPasswordHash(row: AccountRow, passwordHash: string): Promise<boolean>;
  /** The same for the address, provided that it is free, too. */
  setEmail(row: AccountRow, email: string): Promise<boolean>;
}

/** Opens the accounts of a table; fills it with {@link demoAccounts} when it is empty. */
export async function openAccounts(table: AccountTable): Promise<Accounts> {
  if (await table.isEmpty()) await table.fill(await Promise.all(demoAccounts.map(newRow)));
  // Nobody's password: checked in place of an unknown account's, so that both take equally long.
  const decoy = await hash(randomBytes(32), argon2);

  const checked = async (
    row: AccountRow | undefined,
    password: string,
  ): Promise<AccountRow | null> => {
    const matches = await verify(row?.passwordHash ?? decoy, password);
    return row !== undefined && matches ? row : null;
  };

  return {
    get: async (userId) => {
      const row = await table.byId(userId);
      if (row === undefined) throw new Error("A session belongs to an account that is not there.");
      return { id: row.id, email: row.email };
    },
    verifyPassword: async ({ identifier, userId, password }) => {
      const row = await (identifier === null
        ? table.byId(userId ?? "")
        : table.byEmail(identifier.trim()));
      const account = await checked(row, password);
      return account === null ? null : { userId: account.id };
    },
    changePassword: async (userId, { current, next }) => {
      const row = await checked(await table.byId(userId), current);
      if (row === null) return "wrong_password";
      const changed = await table.setPasswordHash(row, await hash(next, argon2));
      // A change that came in between makes this one void.
      return changed ? "changed" : "wrong_password";
    },
    changeEmail: async (userId, { current, email }) => {
      const row = await checked(await table.byId(userId), current);
      if (row === null) return "wrong_password";
      if (await table.setEmail(row, email)) return "changed";
      return (await table.byEmail(email)) ? "taken" : "wrong_password";
    },
  };
}

async function newRow(account: { email: string; password: string }): Promise<AccountRow> {
  const passwordHash = await hash(account.password, argon2);
  return { id: randomUUID(), email: account.email, passwordHash };
}
