import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type SqliteDatabase } from "endsession/sqlite";
import { type Accounts, openAccounts } from "./accounts.ts";

const email = "test@example.com";
const password = "password123";
let database: SqliteDatabase;
let accounts: Accounts;
let userId: string;

beforeEach(async () => {
  database = await openDatabase(":memory:");
  accounts = await openAccounts(database);
  userId = (await signIn(email, password)) ?? "";
});

afterEach(() => {
  database.close();
});

async function signIn(identifier: string, given: string): Promise<string | null> {
  const user = await accounts.verifyPassword({ identifier, userId: null, password: given });
  return user?.userId ?? null;
}

describe("a password", () => {
  test("is stored as an Argon2id hash with the agreed parameters", () => {
    const rows = database.prepare("SELECT password_hash FROM accounts").all();
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row).toHaveProperty(
        "password_hash",
        expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
      );
    }
  });

  test("is found by the e-mail in any case, with spaces around it", async () => {
    expect(userId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await signIn(" Test@Example.COM ", password)).toBe(userId);
  });

  test("is refused when it is wrong, empty, or of an unknown e-mail", async () => {
    expect(await signIn(email, "password124")).toBeNull();
    expect(await signIn(email, "")).toBeNull();
    expect(await signIn("nobody@example.com", password)).toBeNull();
  });

  test("is checked by user id for somebody who is signed in", async () => {
    const claim = { identifier: null, userId, password };
    expect(await accounts.verifyPassword(claim)).toEqual({ userId });
    expect(await accounts.verifyPassword({ ...claim, userId: "somebody" })).toBeNull();
    expect(await accounts.verifyPassword({ ...claim, userId: null })).toBeNull();
  });

  test("takes the place of the old one", async () => {
    const change = { current: password, next: "a-new-password" };
    expect(await accounts.changePassword(userId, change)).toBe("changed");
    expect(await signIn(email, password)).toBeNull();
    expect(await signIn(email, "a-new-password")).toBe(userId);
  });

  test("stays when the current one is wrong", async () => {
    const change = { current: "wrong", next: "a-new-password" };
    expect(await accounts.changePassword(userId, change)).toBe("wrong_password");
    expect(await signIn(email, password)).toBe(userId);
  });

  test("is changed by only one of two changes at once", async () => {
    const outcomes = await Promise.all([
      accounts.changePassword(userId, { current: password, next: "the-first-one" }),
      accounts.changePassword(userId, { current: password, next: "the-other-one" }),
    ]);
    expect(outcomes.toSorted()).toEqual(["changed", "wrong_password"]);
  });
});

describe("an e-mail address", () => {
  test("is changed", async () => {
    const change = { current: password, email: "new@example.com" };
    expect(await accounts.changeEmail(userId, change)).toBe("changed");
    expect(accounts.get(userId)).toEqual({ id: userId, email: "new@example.com" });
    expect(await signIn(email, password)).toBeNull();
  });

  test("stays when the password is wrong", async () => {
    const change = { current: "wrong", email: "new@example.com" };
    expect(await accounts.changeEmail(userId, change)).toBe("wrong_password");
    expect(accounts.get(userId).email).toBe(email);
  });

  test("is not taken from another account, in whatever case", async () => {
    const change = { current: password, email: "OWNER@example.com" };
    expect(await accounts.changeEmail(userId, change)).toBe("taken");
    expect(accounts.get(userId).email).toBe(email);
  });
});

test("a user id is the same after a restart, and nothing is seeded twice", async () => {
  await accounts.changeEmail(userId, { current: password, email: "new@example.com" });
  accounts = await openAccounts(database);
  expect(await signIn("new@example.com", password)).toBe(userId);
  expect(await signIn(email, password)).toBeNull();
});

test("an unknown user id is an error", () => {
  expect(() => accounts.get("somebody")).toThrow(Error);
});
