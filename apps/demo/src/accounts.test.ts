import { Pool } from "pg";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { openDatabase } from "endsession/sqlite";
import { createDatabase } from "../../../test/services/postgres.ts";
import type {} from "../../../test/services/setup.ts";
import { type Accounts, type AccountTable, openAccounts } from "./accounts.ts";
import { postgresAccounts } from "./database/postgres.ts";
import { sqliteAccounts } from "./database/sqlite.ts";

const email = "test@example.com";
const password = "password123";
const postgres = inject("postgres18");

/** A new database, as one of several instances opens it. */
interface Shared {
  open(): Promise<AccountTable>;
  close(): Promise<void>;
}

async function inSqlite(): Promise<Shared> {
  const database = await openDatabase(":memory:");
  return { open: async () => sqliteAccounts(database), close: async () => database.close() };
}

async function inPostgres(): Promise<Shared> {
  const connectionString = await createDatabase({ url: postgres ?? "" });
  const pools: Pool[] = [];
  return {
    open: () => {
      const pool = new Pool({ connectionString });
      pools.push(pool);
      return postgresAccounts(pool);
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

for (const { name, skip, create } of [
  { name: "SQLite", skip: false, create: inSqlite },
  { name: "PostgreSQL", skip: postgres === null, create: inPostgres },
]) {
  describe.skipIf(skip)(`accounts in ${name}`, () => {
    let shared: Shared;
    let table: AccountTable;
    let accounts: Accounts;
    let userId: string;

    beforeEach(async () => {
      shared = await create();
      table = await shared.open();
      accounts = await openAccounts(table);
      userId = (await signIn(email, password)) ?? "";
    });

    afterEach(() => shared.close());

    async function signIn(identifier: string, given: string): Promise<string | null> {
      const user = await accounts.verifyPassword({ identifier, userId: null, password: given });
      return user?.userId ?? null;
    }

    test("a password is stored as an Argon2id hash with the agreed parameters", async () => {
      for (const address of [email, "owner@example.com", "guest@example.com"]) {
        const { passwordHash } = (await table.byEmail(address)) ?? {};
        expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      }
    });

    test("a password is found by the e-mail in any case, with spaces around it", async () => {
      expect(userId).toMatch(/^[0-9a-f-]{36}$/);
      expect(await signIn(" Test@Example.COM ", password)).toBe(userId);
    });

    test("a password is refused when it is wrong, empty, or of an unknown e-mail", async () => {
      expect(await signIn(email, "password124")).toBeNull();
      expect(await signIn(email, "")).toBeNull();
      expect(await signIn("nobody@example.com", password)).toBeNull();
    });

    test("a password is checked by user id for somebody who is signed in", async () => {
      const claim = { identifier: null, userId, password };
      expect(await accounts.verifyPassword(claim)).toEqual({ userId });
      expect(await accounts.verifyPassword({ ...claim, userId: "somebody" })).toBeNull();
      expect(await accounts.verifyPassword({ ...claim, userId: null })).toBeNull();
    });

    test("a password takes the place of the old one", async () => {
      const change = { current: password, next: "a-new-password" };
      expect(await accounts.changePassword(userId, change)).toBe("changed");
      expect(await signIn(email, password)).toBeNull();
      expect(await signIn(email, "a-new-password")).toBe(userId);
    });

    test("a password stays when the current one is wrong", async () => {
      const change = { current: "wrong", next: "a-new-password" };
      expect(await accounts.changePassword(userId, change)).toBe("wrong_password");
      expect(await signIn(email, password)).toBe(userId);
    });

    test("a password is changed by only one of two changes at once", async () => {
      const outcomes = await Promise.all([
        accounts.changePassword(userId, { current: password, next: "the-first-one" }),
        accounts.changePassword(userId, { current: password, next: "the-other-one" }),
      ]);
      expect(outcomes.toSorted()).toEqual(["changed", "wrong_password"]);
    });

    test("an e-mail address is changed", async () => {
      const change = { current: password, email: "new@example.com" };
      expect(await accounts.changeEmail(userId, change)).toBe("changed");
      expect(await accounts.get(userId)).toEqual({ id: userId, email: "new@example.com" });
      expect(await signIn(email, password)).toBeNull();
    });

    test("an e-mail address stays when the password is wrong", async () => {
      const change = { current: "wrong", email: "new@example.com" };
      expect(await accounts.changeEmail(userId, change)).toBe("wrong_password");
      expect(await accounts.get(userId)).toHaveProperty("email", email);
    });

    test("an e-mail address is not taken from another account, in whatever case", async () => {
      const change = { current: password, email: "OWNER@example.com" };
      expect(await accounts.changeEmail(userId, change)).toBe("taken");
      expect(await accounts.get(userId)).toHaveProperty("email", email);
    });

    test("a user id is the same after a restart, and nothing is seeded twice", async () => {
      await accounts.changeEmail(userId, { current: password, email: "new@example.com" });
      accounts = await openAccounts(await shared.open());
      expect(await signIn("new@example.com", password)).toBe(userId);
      expect(await signIn(email, password)).toBeNull();
    });

    test("an unknown user id is an error", async () => {
      await expect(accounts.get("somebody")).rejects.toThrow(Error);
    });
  });

  describe.skipIf(skip)(`instances that start at once on ${name}`, () => {
    let shared: Shared;
    beforeEach(async () => {
      shared = await create();
    });
    afterEach(() => shared.close());

    test("agree on the accounts", async () => {
      const claim = { identifier: email, userId: null, password };
      const starts = Array.from({ length: 6 }, async () => openAccounts(await shared.open()));
      const instances = await Promise.all(starts);
      const users = await Promise.all(instances.map((one) => one.verifyPassword(claim)));
      expect(new Set(users.map((user) => user?.userId)).size).toBe(1);
    });

    test("fill the table once", async () => {
      const tables = await Promise.all(Array.from({ length: 6 }, () => shared.open()));
      const names = ["a", "b", "c"];
      const fills = tables.map((table, index) =>
        table.fill(
          names.map((name) => ({
            id: `${name}${index}`,
            email: `${name}@example.com`,
            passwordHash: "",
          })),
        ),
      );
      await Promise.all(fills);
      const [table] = tables as [AccountTable];
      const rows = await Promise.all(names.map((name) => table.byEmail(`${name}@example.com`)));
      expect(new Set(rows.map((row) => row?.id.slice(1))).size).toBe(1);
    });
  });
}
