import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { byCookie, openInstallation, send, signInDevice, uses } from "../../test-support/rig.ts";
import { storeContract } from "../contract.ts";
import { openDatabase, type SqliteDatabase } from "./database.ts";
import { sqliteStore } from "./store.ts";

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "endsession-"));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("SQLite in memory", () => {
  storeContract(it, () => sqliteStore(":memory:"));
});

describe("SQLite in a file", () => {
  storeContract(it, () => sqliteStore(join(newFolder(), "sessions.db")));

  it("commits reach the disk: WAL and synchronous=FULL, whoever opened the file", async () => {
    const path = join(newFolder(), "sessions.db");
    const database = await openDatabase(path);
    database.exec("PRAGMA synchronous = OFF");
    await sqliteStore(database);
    expect(database.prepare("PRAGMA synchronous").all()).toEqual([{ synchronous: 2 }]);
    expect(database.prepare("PRAGMA journal_mode").all()).toEqual([{ journal_mode: "wal" }]);
    database.close();
  });

  it("several openers of one file at once agree on tables and incarnation", async () => {
    const path = join(newFolder(), "sessions.db");
    const stores = await Promise.all([1, 2, 3, 4].map(() => sqliteStore(path)));
    const database = await openDatabase(path);
    expect(database.prepare("SELECT count(*) AS n FROM installation").all()).toEqual([{ n: 1 }]);
    expect(database.prepare("SELECT count(*) AS n FROM endsession_migrations").all()).toEqual([
      { n: 4 },
    ]);
    database.close();
    for (const store of stores) await store.close();
  });

  it("refuses a database of a newer version with a sentence, and leaves it alone", async () => {
    const path = join(newFolder(), "sessions.db");
    await (await sqliteStore(path)).close();
    const database = await openDatabase(path);
    database.exec("INSERT INTO endsession_migrations VALUES ('0099-future', '2030-01-01')");
    database.close();
    const before = readFileSync(path);
    await expect(sqliteStore(path)).rejects.toMatchObject({
      code: "ERR_STORE_NEWER",
      message: expect.stringContaining("0099-future") as string,
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    ["/nowhere/at/all/sessions.db", /cannot be opened/],
    ["postgres://localhost/app", /is no SQLite database/],
    ["", /is no SQLite database/],
  ])("says what is wrong with the location %j", async (location, sentence) => {
    await expect(sqliteStore(location)).rejects.toMatchObject({
      code: "ERR_SETTING_INVALID",
      message: expect.stringMatching(sentence) as string,
    });
  });

  it("SS-08: finds everything by an index: nothing on a request's path or in a sweep scans", async () => {
    const database = await openDatabase(":memory:");
    const statements = new Set<string>();
    const recording = {
      exec: (text: string): void => database.exec(text),
      close: (): void => database.close(),
      prepare: (text: string): ReturnType<typeof database.prepare> => {
        statements.add(text);
        return database.prepare(text);
      },
    };
    const of = await openInstallation({ store: await sqliteStore(recording) });
    statements.clear();
    const [device, other] = [await signInDevice(of, "ada"), await signInDevice(of, "ada")];
    for (const use of Object.values(uses)) await use(of, device);
    // What is asked in one turn goes by statements of its own.
    const two = [await signInDevice(of, "bob"), await signInDevice(of, "bob")];
    const together = (ask: (one: (typeof two)[0]) => Promise<unknown>): Promise<unknown> =>
      Promise.all(two.map(ask));
    await together(({ sessionId }) => of.sessions.endOne({ userId: "nobody", sessionId }));
    await together(({ refreshToken }) => of.sessions.refresh(refreshToken));
    await together(({ cookie: token }) => of.sessions.end({ kind: "session_token", token }));
    await send(of, "POST", "/logout", { headers: byCookie(other) });
    await send(of, "POST", "/reauthenticate", {
      headers: byCookie(device),
      body: { password: "right" },
    });
    await of.sessions.list({ userId: "ada" });
    await of.sessions.endAll({ userId: "ada" });
    await of.sessions.endTenant("default");
    await of.sessions.audit({ userId: "ada" });
    await of.sessions.sweep();
    expect(statements.size).toBeGreaterThan(35);
    const scans = [...statements].flatMap((text) => {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${text}`);
      const values = Array.from({ length: text.split("?").length - 1 }, () => null);
      const steps = plan.all(...values) as { detail: string }[];
      return steps
        .filter(
          ({ detail }) =>
            detail.startsWith("SCAN") &&
            !/^SCAN (audit|ends|instances|jsonb?_each VIRTUAL TABLE INDEX 1:)$/.test(detail),
        )
        .map(({ detail }) => `${detail}: ${text}`);
    });
    expect(scans).toEqual([]);
  });

  it("does the same on a SQLite before 3.51, which has no jsonb_each", async () => {
    const database = await openDatabase(":memory:");
    const older: SqliteDatabase = {
      exec: (text) => database.exec(text),
      prepare(text) {
        if (text.includes("jsonb_each")) throw new Error("no such table: jsonb_each");
        return database.prepare(text);
      },
      close: () => database.close(),
    };
    const of = await openInstallation({ store: await sqliteStore(older) });
    const devices = [await signInDevice(of, "ada"), await signInDevice(of, "bob")];
    const refreshed = await Promise.all(
      devices.map(({ refreshToken }) => of.sessions.refresh(refreshToken)),
    );
    expect(refreshed.map(({ outcome }) => outcome)).toEqual(["refreshed", "refreshed"]);
    const ended = await Promise.all(
      devices.map(({ cookie: token }) => of.sessions.end({ kind: "session_token", token })),
    );
    expect(ended.map(({ credentials }) => credentials.session_cookie)).toEqual(["ended", "ended"]);
    expect(await of.sessions.list({ userId: "ada" })).toEqual([]);
    expect((await of.sessions.audit({ userId: "bob" })).length).toBeGreaterThan(1);
  });

  it("answers nothing once its file is broken", async () => {
    const database = await openDatabase(":memory:");
    const store = await sqliteStore(database);
    database.exec("DROP TABLE sessions");
    await expect(store.find([{ by: "id", tenantId: "default", sessionId: "x" }])).rejects.toThrow(
      /no such table/,
    );
  });
});
