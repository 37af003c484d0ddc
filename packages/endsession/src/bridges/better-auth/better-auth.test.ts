/** better-auth as it is, and with the plugin, over real connections. */
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { bearer } from "better-auth/plugins";
import { describe, expect, it } from "vitest";
import type { EndSession } from "../../endsession.ts";
import { adoptSessions, endsessionPlugin, type SessionRow } from "../../better-auth.ts";
import { sqliteStore } from "../../sqlite.ts";
import { gate, serve, visit, type Visitor } from "../../test-support/bridged.ts";
import { openInstallation } from "../../test-support/rig.ts";

type Tables = Record<"user" | "session" | "account" | "verification", Record<string, unknown>[]>;

interface App {
  readonly base: string;
  readonly db: Tables;
  readonly auth: { readonly $context: Promise<{ readonly adapter: Faulty }> };
  readonly mails: string[];
}

/** The adapter of better-auth's database, to be broken. */
interface Faulty {
  delete: (...args: never[]) => Promise<unknown>;
}

const password = "a password of the tests";
const credentials = { email: "ada@example.com", password };

async function application(
  bridge: EndSession | null,
  options: BetterAuthOptions = {},
  db: Tables = { user: [], session: [], account: [], verification: [] },
): Promise<App> {
  const mails: string[] = [];
  const auth = betterAuth({
    database: memoryAdapter(db),
    secret: "a secret of the tests, of 32 letters or more",
    baseURL: "http://127.0.0.1",
    trustedOrigins: ["http://127.0.0.1:*"],
    rateLimit: { enabled: false },
    logger: { disabled: true },
    ...options,
    emailAndPassword: {
      enabled: true,
      sendResetPassword: async ({ token }) => void mails.push(token),
    },
    plugins: [...(options.plugins ?? []), ...(bridge ? [endsessionPlugin(bridge)] : [])],
  });
  const base = await serve((req, res) => void toNodeHandler(auth)(req, res));
  if (db.user.length === 0) {
    const made = await visit(base).post("/api/auth/sign-up/email", { ...credentials, name: "Ada" });
    expect(made.status).toBe(200);
  }
  return { base, db, auth: auth as unknown as App["auth"], mails };
}

async function signedIn(base: string, secret = password): Promise<Visitor> {
  const device = visit(base);
  const answer = await device.post("/api/auth/sign-in/email", { ...credentials, password: secret });
  expect(answer.status).toBe(200);
  expect(await isIn(device)).toBe(true);
  return device;
}

async function isIn(device: Visitor, headers = {}): Promise<boolean> {
  const { status, text } = await device.get("/api/auth/get-session", headers);
  return status === 200 && text.includes("ada@example.com");
}

const cookieCache = { session: { cookieCache: { enabled: true, maxAge: 300 } } };

/** A store in memory, as better-auth takes it for `secondaryStorage`; slow if it is told to be. */
function memory(held: { set?: () => Promise<void> } = {}) {
  const map = new Map<string, string>();
  return {
    get: async (key: string) => map.get(key) ?? null,
    async set(key: string, value: string) {
      await held.set?.();
      map.set(key, value);
    },
    async delete(key: string) {
      map.delete(key);
    },
    async getAndDelete(key: string) {
      const value = map.get(key) ?? null;
      map.delete(key);
      return value;
    },
    async increment(key: string) {
      const next = Number(map.get(key) ?? 0) + 1;
      map.set(key, String(next));
      return next;
    },
  };
}

const both = [
  ["without the plugin", false],
  ["with the plugin", true],
] as const;

describe.each(both)("a copy of the cookies %s", (_, bridge) => {
  const open = async (options?: BetterAuthOptions): Promise<App> =>
    application(bridge ? await openInstallation() : null, options);

  it(`M1: is ${bridge ? "dead" : "alive"} after a sign-out that the database refused`, async () => {
    const { base, auth } = await open();
    const device = await signedIn(base);
    const thief = device.copy();
    (await auth.$context).adapter.delete = () => Promise.reject(new Error("disk I/O error"));
    expect((await device.post("/api/auth/sign-out", {})).status).toBe(200);
    expect(await isIn(thief)).toBe(!bridge);
  });

  it(`M4: is ${bridge ? "dead" : "alive"} after the sign-out, with the cookie cache`, async () => {
    const { base } = await open(cookieCache);
    const device = await signedIn(base);
    const thief = device.copy();
    await device.post("/api/auth/sign-out", {});
    expect(await isIn(thief)).toBe(!bridge);
  });

  it(`M4: is ${bridge ? "dead" : "alive"} on a device whose sessions were revoked`, async () => {
    const { base } = await open(cookieCache);
    const [device, other] = [await signedIn(base), await signedIn(base)];
    expect((await device.post("/api/auth/revoke-sessions", {})).status).toBe(200);
    expect(await isIn(other)).toBe(!bridge);
  });

  it(`M5: is ${bridge ? "dead" : "alive"} after a change of password`, async () => {
    const { base } = await open();
    const [device, other] = [await signedIn(base), await signedIn(base)];
    const change = { currentPassword: password, newPassword: "another password" };
    expect((await device.post("/api/auth/change-password", change)).status).toBe(200);
    expect([await isIn(device), await isIn(other)]).toEqual([true, !bridge]);
  });

  it(`M5: is ${bridge ? "dead" : "alive"} after a reset of the password`, async () => {
    const { base, mails } = await open();
    const device = await signedIn(base);
    const { email } = credentials;
    await visit(base).post("/api/auth/request-password-reset", { email });
    const reset = { newPassword: "another password", token: mails[0] };
    expect((await visit(base).post("/api/auth/reset-password", reset)).status).toBe(200);
    expect(await isIn(device)).toBe(!bridge);
  });

  it(`M15: is ${bridge ? "dead" : "alive"} when a refresh was under way`, async () => {
    const held: { set?: () => Promise<void> } = {};
    const storage = { secondaryStorage: memory(held), session: { updateAge: 0 } };
    const { base } = await open(storage);
    const device = await signedIn(base);
    const thief = device.copy();
    const [inside, go] = [gate(), gate()];
    held.set = () => {
      inside.open();
      return go.passed;
    };
    const late = device.copy().get("/api/auth/get-session");
    await inside.passed;
    delete held.set;
    expect((await device.post("/api/auth/sign-out", {})).status).toBe(200);
    expect(await isIn(thief.copy())).toBe(false);
    go.open();
    await late;
    expect(await isIn(thief)).toBe(!bridge);
  });

  it(`is ${bridge ? "dead" : "alive"} when presented as a bearer token with the cookie cache`, async () => {
    const { base } = await open({ ...cookieCache, plugins: [bearer()] });
    const device = await signedIn(base);
    const token = decodeURIComponent(device.jar.get("better-auth.session_token") ?? "");
    const thief = device.copy();
    thief.jar.delete("better-auth.session_token");
    const headers = { authorization: `Bearer ${token}` };
    expect(await isIn(thief, headers)).toBe(true);
    await device.post("/api/auth/sign-out", {});
    expect(await isIn(thief, headers)).toBe(!bridge);
  });
});

describe("M6: sessions that better-auth's list misses", () => {
  it.each(["revoke-sessions", "revoke-other-sessions"])(
    "survive %s without the plugin, and end with it",
    async (route) => {
      for (const [bridge, survives] of [
        [null, true],
        [await openInstallation(), false],
      ] as const) {
        const storage = memory();
        const { base, db } = await application(bridge, { secondaryStorage: storage });
        const [device, missed] = [await signedIn(base), await signedIn(base)];
        // What a race of two sign-ins leaves behind.
        const key = `active-sessions-${String(db.user[0]?.["id"])}`;
        const cookie = missed.jar.get("better-auth.session_token") ?? "";
        const [token] = decodeURIComponent(cookie).split(".");
        const list = JSON.parse((await storage.get(key)) ?? "[]") as { token: string }[];
        await storage.set(key, JSON.stringify(list.filter((one) => one.token !== token)));
        expect((await device.post(`/api/auth/${route}`, {})).status).toBe(200);
        expect(await isIn(missed)).toBe(survives);
      }
    },
  );
});

describe("the plugin", () => {
  it("LO-01 LA-01: knows the sessions as devices, and what ends one ends it for better-auth", async () => {
    const of = await openInstallation();
    const { base, db } = await application(of, cookieCache);
    const userId = String(db.user[0]?.["id"]);
    const [one, two, three] = [await signedIn(base), await signedIn(base), await signedIn(base)];
    const [latest] = await of.sessions.list({ userId });
    await of.sessions.endOne({ userId, sessionId: latest?.id ?? "" });
    const alive = [await isIn(one), await isIn(two), await isIn(three)];
    expect(alive.filter(Boolean)).toHaveLength(2);
    await of.sessions.endAll({ userId });
    expect([await isIn(one), await isIn(two), await isIn(three)]).toEqual([false, false, false]);
  });

  it("LA-02: `revoke other sessions` keeps the caller alone", async () => {
    const { base } = await application(await openInstallation(), cookieCache);
    const [device, other] = [await signedIn(base), await signedIn(base)];
    expect((await device.post("/api/auth/revoke-other-sessions", {})).status).toBe(200);
    expect([await isIn(device), await isIn(other)]).toEqual([true, false]);
  });

  it("LO-03: signs out twice, and in again with the dead cookie", async () => {
    const { base } = await application(await openInstallation(), cookieCache);
    const device = await signedIn(base);
    const again = device.copy();
    await device.post("/api/auth/sign-out", {});
    const back = await again.copy().post("/api/auth/sign-in/email", credentials);
    expect(back.status).toBe(200);
    expect((await again.post("/api/auth/sign-out", {})).status).toBe(200);
    expect(again.jar.has("better-auth.session_token")).toBe(false);
  });

  it("LO-05 SS-06: 503 when the store fails, the cookies stay, and nobody is let in", async () => {
    const store = await sqliteStore(":memory:");
    const { base } = await application(await openInstallation({ store }), cookieCache);
    const device = await signedIn(base);
    const [commit, find] = [store.commit.bind(store), store.find.bind(store)];
    store.commit = () => Promise.reject(new Error("disk I/O error"));
    const out = await device.post("/api/auth/sign-out", {});
    expect([out.status, out.headers.get("retry-after"), out.headers.getSetCookie()]).toEqual([
      503,
      "2",
      [],
    ]);
    expect((await visit(base).post("/api/auth/sign-in/email", credentials)).status).toBe(503);
    store.find = () => Promise.reject(new Error("disk I/O error"));
    expect((await device.get("/api/auth/get-session")).status).toBe(503);
    Object.assign(store, { commit, find });
    expect(await isIn(device)).toBe(true);
    expect((await device.post("/api/auth/sign-out", {})).status).toBe(200);
  });

  it("carries sessions of before over when it is given them, and refuses others", async () => {
    const before = await application(null);
    const [kept, lost] = [await signedIn(before.base), await signedIn(before.base)];
    const of = await openInstallation();
    const rows = before.db.session as unknown as SessionRow[];
    const token = decodeURIComponent(kept.jar.get("better-auth.session_token") ?? "").split(".")[0];
    await adoptSessions(
      of,
      rows.filter((row) => row.token === token),
    );
    const { base } = await application(of, {}, before.db);
    expect(await isIn(visit(base, kept.jar))).toBe(true);
    expect(await isIn(visit(base, lost.jar))).toBe(false);
  });
});
