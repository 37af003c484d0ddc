/** One file, several who use it: other instances, other processes, the application itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EndSession } from "../../endsession.ts";
import { openInstallation, signInDevice } from "../../test-support/rig.ts";
import { openDatabase } from "./database.ts";
import { sqliteStore } from "./store.ts";

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "endsession-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "sessions.db");
}

async function openOn(path: string, bound = 20_000): Promise<EndSession> {
  const store = await sqliteStore(path);
  const of = await openInstallation({ store, lease: { bound } });
  onTestFinished(() => of.close());
  return of;
}

const request = { address: null, userAgent: null };
const check = (of: EndSession, token: string): Promise<{ outcome: string }> =>
  Promise.resolve(of.sessions.authenticate({ kind: "session_token", token }, { request }));

describe("several instances on one file", () => {
  it("LO-03: who is told that a session was over already finds it over here as well", async () => {
    const path = newFile();
    const of = await openOn(path);
    const { cookie, sessionId, userId } = await signInDevice(of, "ada");
    for (let n = 0; n < 2; n += 1) expect((await check(of, cookie)).outcome).toBe("live");
    // Another one ends it, and dies before it tells anybody.
    const other = await sqliteStore(path);
    const cause = { auditId: "end", at: Date.now(), actor: "user", reason: "logout" } as const;
    await other.commit([
      { kind: "end_session", tenantId: "default", sessionId, cause: { ...cause, address: null } },
    ]);
    await other.close();
    const receipt = await of.sessions.endOne({ userId, sessionId });
    expect(receipt?.credentials.session_cookie).toBe("already_ended");
    expect((await check(of, cookie)).outcome).toBe("ended");
  });

  it("an end that was there before waits for nobody who has come since", async () => {
    const path = newFile();
    const first = await openOn(path);
    const { sessionId, userId } = await signInDevice(first, "ada");
    await first.sessions.endOne({ userId, sessionId });
    const second = await openOn(path);
    const { cookie } = await signInDevice(second, "bob");
    expect((await check(second, cookie)).outcome).toBe("live");
    const again = await first.sessions.endOne({ userId, sessionId });
    expect(again?.consistency.waited_ms).toBeLessThan(10_000);
  });
});

describe("a connection of the application's", () => {
  it("keeps its own transaction, and tells no old truth meanwhile", async () => {
    const database = await openDatabase(newFile());
    onTestFinished(() => database.close());
    database.exec("CREATE TABLE orders (n INTEGER)");
    const of = await openInstallation({ store: await sqliteStore(database), lease: "none" });
    const { cookie } = await signInDevice(of, "ada");
    database.exec("BEGIN; INSERT INTO orders VALUES (1)");
    const unavailable = { code: "ERR_STORE_UNAVAILABLE" };
    const presented = { kind: "session_token", token: cookie } as const;
    await expect(of.sessions.end(presented)).rejects.toMatchObject(unavailable);
    await expect(check(of, cookie)).rejects.toMatchObject(unavailable);
    database.exec("COMMIT");
    expect(database.prepare("SELECT count(*) AS n FROM orders").all()).toEqual([{ n: 1 }]);
    expect((await check(of, cookie)).outcome).toBe("live");
    await of.sessions.end(presented);
    expect((await check(of, cookie)).outcome).toBe("ended");
  });
});

describe("what cannot be in the file", () => {
  it("an id that no database holds is nobody's, and fails no other lookup", async () => {
    const store = await sqliteStore(":memory:");
    const of = await openInstallation({ store });
    const asked: unknown[] = [];
    const find = store.find.bind(store);
    store.find = (keys) => {
      asked.push(...keys);
      return find(keys);
    };
    for (const sessionId of ["\0", "a\uD800", "\uDC00a"]) {
      expect(await of.sessions.lookUp({ sessionId })).toBeNull();
    }
    expect(asked).toEqual([]);
  });

  it("a successor that cannot be opened is refused, and ends nothing", async () => {
    const database = await openDatabase(newFile());
    onTestFinished(() => database.close());
    const of = await openInstallation({ store: await sqliteStore(database), refreshGrace: 60 });
    const { refreshToken, cookie, rememberMe } = await signInDevice(of, "ada");
    await of.sessions.refresh(refreshToken);
    for (const odd of ["", "x", "A".repeat(80)]) {
      database.prepare("UPDATE refresh_tokens SET sealed_successor = ?").run(odd);
      const refused = { outcome: "refused", reason: null };
      expect(await of.sessions.refresh(refreshToken)).toEqual(refused);
    }
    expect((await check(of, cookie)).outcome).toBe("live");
    expect(await of.sessions.remember(rememberMe)).not.toBeNull();
    database.prepare("UPDATE remember_me_tokens SET sealed_successor = ?").run("x");
    expect(await of.sessions.remember(rememberMe)).toBeNull();
  });
});
