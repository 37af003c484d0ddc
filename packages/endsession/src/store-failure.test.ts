/** A store that fails at begin, at commit or after the commit is never told as a success (P1). */
import { describe, expect, it } from "vitest";
import {
  openDatabase,
  type SqliteDatabase,
  type SqliteStatement,
} from "./stores/sqlite/database.ts";
import { sqliteStore } from "./stores/sqlite/store.ts";
import {
  type Answer,
  asService,
  byCookie,
  byRememberMe,
  byToken,
  type Device,
  openInstallation,
  send,
  signInDevice,
} from "./test-support/rig.ts";
import type { EndSession } from "./endsession.ts";

type Failure = "before the transaction" | "at the commit" | "after the commit" | "at every read";

/** A real database that fails in one way, until it is repaired. */
class FaultyDatabase implements SqliteDatabase {
  failure: Failure | null = null;
  readonly #database: SqliteDatabase;
  constructor(database: SqliteDatabase) {
    this.#database = database;
  }
  exec(sql: string): void {
    this.#database.exec(sql);
  }
  prepare(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql);
    return {
      run: (...values) => {
        if (sql === "BEGIN IMMEDIATE" && this.failure === "before the transaction") {
          throw new Error("database is locked");
        }
        if (sql === "COMMIT" && this.failure === "at the commit") throw new Error("disk I/O error");
        const done = statement.run(...values);
        if (sql === "COMMIT" && this.failure === "after the commit") throw new Error("lost answer");
        return done;
      },
      all: (...values) => {
        if (this.failure === "at every read") throw new Error("disk I/O error");
        return statement.all(...values);
      },
    };
  }
  close(): void {
    this.#database.close();
  }
}

const ending: readonly [name: string, call: (of: EndSession, device: Device) => Promise<Answer>][] =
  [
    ["POST /logout by cookie", (of, d) => send(of, "POST", "/logout", { headers: byCookie(d) })],
    ["POST /logout by token", (of, d) => send(of, "POST", "/logout", { headers: byToken(d) })],
    [
      "POST /logout by remember-me",
      (of, d) => send(of, "POST", "/logout", { headers: byRememberMe(d) }),
    ],
    ["POST /logout/all", (of, d) => send(of, "POST", "/logout/all", { headers: byCookie(d) })],
    [
      "POST /logout/all, keeping this one",
      (of, d) =>
        send(of, "POST", "/logout/all", { headers: byCookie(d), body: { keep_current: true } }),
    ],
    [
      "DELETE /sessions/{id}",
      (of, d) => send(of, "DELETE", `/sessions/${d.sessionId}`, { headers: byCookie(d) }),
    ],
    [
      "POST /security-events",
      (of, d) =>
        send(of, "POST", "/security-events", {
          headers: asService,
          body: { type: "compromise_reported", user_id: d.userId },
        }),
    ],
  ];

const failures: readonly Failure[] = [
  "before the transaction",
  "at the commit",
  "after the commit",
];

interface Scene {
  readonly store: FaultyDatabase;
  readonly installation: EndSession;
  readonly device: Device;
}

async function prepare(): Promise<Scene> {
  const store = new FaultyDatabase(await openDatabase(":memory:"));
  const installation = await openInstallation({ store: await sqliteStore(store) });
  return { store, installation, device: await signInDevice(installation, "ada") };
}

describe.each(failures)("LO-05 LO-13 SS-06: when the store fails %s", (failure) => {
  it.each(ending)("%s is a 503 that deletes no cookie, and the retry ends", async (_, call) => {
    const { store, installation, device } = await prepare();
    store.failure = failure;
    const failed = await call(installation, device);
    expect(failed.status).toBe(503);
    expect(failed.body).toMatchObject({
      code: 503,
      msg: "The session could not be ended",
      type: "urn:endsession:problem:revocation-unavailable",
    });
    expect(Number(failed.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(failed.headers.getSetCookie()).toEqual([]);

    store.failure = null;
    const retried = await call(installation, device);
    const endedByLostAnswer = failure === "after the commit" && retried.status === 401;
    expect(endedByLostAnswer || retried.status === 200).toBe(true);
    const after = await send(installation, "GET", "/session", { headers: byCookie(device) });
    expect(after.status).toBe(401);
  });

  it("RI-04: POST /revoke is a 503 in the form of RFC 6749", async () => {
    const { store, installation, device } = await prepare();
    store.failure = failure;
    const body = { token: device.refreshToken };
    const failed = await send(installation, "POST", "/revoke", { body });
    expect(failed.status).toBe(503);
    expect(failed.body["error"]).toBe("temporarily_unavailable");
    expect(failed.headers.get("retry-after")).not.toBeNull();
  });

  it("a browser's form gets a page that says so and offers the retry", async () => {
    const { store, installation, device } = await prepare();
    store.failure = failure;
    const answer = await send(installation, "POST", "/logout/all", {
      headers: {
        ...byCookie(device),
        accept: "text/html",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "keep_current=true",
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(answer.text).toContain("not logged out yet");
    expect(answer.text).toContain("Try again");
    expect(answer.text).toMatch(/name="keep_current" value="true"/);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it("no sign-in and no refresh is told as a success", async () => {
    const { store, installation, device } = await prepare();
    store.failure = failure;
    const login = { body: { email: "ada", password: "right" } };
    expect((await send(installation, "POST", "/login", login)).status).toBe(503);
    const refresh = { grant_type: "refresh_token", refresh_token: device.refreshToken };
    expect((await send(installation, "POST", "/token", { body: refresh })).status).toBe(503);
  });
});

describe("SS-06 LO-05: when the store cannot be read", () => {
  it.each(["/session", "/sessions", "/verify", "/healthz"])("GET %s is a 503", async (path) => {
    const { store, installation, device } = await prepare();
    store.failure = "at every read";
    const answer = await send(installation, "GET", path, { headers: byCookie(device) });
    expect(answer.status).toBe(503);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it.each(ending.filter(([name]) => !/remember|security/.test(name)))(
    "%s is a 503",
    async (_, call) => {
      const { store, installation, device } = await prepare();
      store.failure = "at every read";
      expect((await call(installation, device)).status).toBe(503);
      store.failure = null;
      const still = await send(installation, "GET", "/session", { headers: byCookie(device) });
      expect(still.status).toBe(200);
    },
  );
});
