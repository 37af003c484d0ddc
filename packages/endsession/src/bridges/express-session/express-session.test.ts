/** express-session as it is, and with the bridge, over real connections. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import session, { MemoryStore, type Store } from "express-session";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EndSession } from "../../endsession.ts";
import { adoptSessions, endingStore, logout, presentedBy } from "../../express-session.ts";
import { sqliteStore } from "../../sqlite.ts";
import { gate, serve, visit, type Visitor } from "../../test-support/bridged.ts";
import { openInstallation } from "../../test-support/rig.ts";

declare module "express-session" {
  interface SessionData {
    userId?: string | undefined;
    note?: string;
  }
}

const options = { userId: (data: session.SessionData) => data.userId };
const secret = "a secret for the cookies of the tests";
const local = { origin: "http://127.0.0.1" };

interface App {
  readonly base: string;
  /** Holds `GET /slow` back until it is opened, and tells when it has come. */
  readonly slow: { arrived: () => void; proceed: Promise<void> };
}

/** An application as people write it. Only the store and the logout are the bridge's, if any. */
async function application(store: Store, bridge: EndSession | null, save = {}): Promise<App> {
  const app = express();
  const slow: App["slow"] = { arrived: () => undefined, proceed: Promise.resolve() };
  const settings = { resave: false, saveUninitialized: false, ...save };
  app.use(session({ store, secret, cookie: { path: "/", sameSite: "lax" }, ...settings }));
  app.post("/login", (req, res, next) => {
    req.session.regenerate((error) => {
      if (error) return next(error);
      req.session.userId = "ada";
      req.session.save((failure) => (failure ? next(failure) : res.json({ ok: true })));
    });
  });
  app.get("/me", (req, res) => {
    res.status(req.session.userId ? 200 : 401).json({ user: req.session.userId ?? null });
  });
  app.get("/slow", async (req, res) => {
    slow.arrived();
    await slow.proceed;
    req.session.note = "written late";
    res.end("done");
  });
  app.post("/forget", (req, res) => {
    req.session.userId = undefined;
    res.end();
  });
  if (bridge) app.post("/logout", logout(bridge));
  else {
    app.post("/logout", (req, res, next) => {
      req.session.destroy((error) => (error ? next(error) : res.json({ ok: true })));
    });
  }
  app.use(((error: { status?: number }, _req, res, _next) => {
    if (!res.headersSent) res.sendStatus(error.status ?? 500);
  }) as express.ErrorRequestHandler);
  return { base: await serve(app), slow };
}

async function bridged(
  save = {},
  of?: EndSession,
): Promise<App & { of: EndSession; inner: Store }> {
  const installation = of ?? (await openInstallation(local));
  const inner = new MemoryStore();
  const app = await application(endingStore(installation, inner, options), installation, save);
  return { ...app, of: installation, inner };
}

async function signedIn(base: string): Promise<Visitor> {
  const device = visit(base);
  expect((await device.post("/login")).status).toBe(200);
  expect((await device.get("/me")).status).toBe(200);
  return device;
}

/** A request that is under way during the logout; then what the old cookie is good for. */
async function overlap({ base, slow }: App): Promise<number> {
  const device = await signedIn(base);
  const thief = device.copy();
  const [inside, go] = [gate(), gate()];
  slow.arrived = inside.open;
  slow.proceed = go.passed;
  const late = device.copy().get("/slow");
  await inside.passed;
  expect((await device.post("/logout")).status).toBe(200);
  expect((await thief.get("/me")).status).toBe(401);
  go.open();
  expect((await late).text).toBe("done");
  return (await thief.get("/me")).status;
}

describe("RV-06 M12: a request that is under way during the logout", () => {
  it.each([{ resave: true }, { resave: false }])(
    "brings the session back without the bridge: %o",
    async (save) => {
      expect(await overlap(await application(new MemoryStore(), null, save))).toBe(200);
    },
  );

  it.each([{ resave: true }, { resave: false }, { resave: false, rolling: true }])(
    "brings nothing back with it: %o",
    async (save) => {
      const app = await bridged(save);
      expect(await overlap(app)).toBe(401);
      const left = await new Promise((resolve) => app.inner.all?.((_, all) => resolve(all)));
      expect(left).toEqual({});
    },
  );
});

describe("CK-01 M12: the cookie of a session that has ended", () => {
  it("stays without the bridge, and is deleted in its own scope with it", async () => {
    const plain = await signedIn((await application(new MemoryStore(), null)).base);
    expect((await plain.post("/logout")).headers.getSetCookie()).toEqual([]);
    const device = await signedIn((await bridged()).base);
    const out = await device.post("/logout");
    expect(JSON.parse(out.text)).toMatchObject({
      message: "Logout successful",
      receipt: { scope: "current", credentials: { session_cookie: "ended" } },
    });
    expect(out.headers.getSetCookie()).toEqual([
      "connect.sid=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax",
    ]);
    expect([...device.jar]).toEqual([]);
  });
});

describe("the bridge", () => {
  it("LA-01: ends the sessions of all devices, which the store knows nothing of", async () => {
    const { base, of } = await bridged();
    const devices = [await signedIn(base), await signedIn(base)];
    expect(await of.sessions.list({ userId: "ada" })).toHaveLength(2);
    await of.sessions.endAll({ userId: "ada" });
    for (const device of devices) expect((await device.get("/me")).status).toBe(401);
  });

  it("LO-01: ends one session only; another device goes on", async () => {
    const { base } = await bridged();
    const [one, other] = [await signedIn(base), await signedIn(base)];
    await one.post("/logout");
    expect((await other.get("/me")).status).toBe(200);
  });

  it("LO-03: a second logout, and one without a session, succeed", async () => {
    const { base } = await bridged();
    const device = await signedIn(base);
    const again = device.copy();
    for (const one of [device, again, visit(base)]) {
      expect((await one.post("/logout")).status).toBe(200);
      expect([...one.jar]).toEqual([]);
    }
  });

  it("CS-01: other sites log nobody out, and a GET does not either", async () => {
    const { base } = await bridged();
    const device = await signedIn(base);
    const evil = { "sec-fetch-site": "cross-site" };
    expect((await device.post("/logout", undefined, evil)).status).toBe(403);
    expect((await device.get("/logout")).status).toBe(404);
    expect((await device.get("/me")).status).toBe(200);
  });

  it("SS-03: the id of before the sign-in, and of another user's, are of no use", async () => {
    const { base } = await bridged();
    const device = await signedIn(base);
    const before = device.copy();
    await device.post("/login");
    expect([(await before.get("/me")).status, (await device.get("/me")).status]).toEqual([
      401, 200,
    ]);
  });

  it("a session that is saved without its user has ended", async () => {
    const { base, of } = await bridged();
    const device = await signedIn(base);
    const thief = device.copy();
    await device.post("/forget");
    expect((await thief.get("/me")).status).toBe(401);
    expect(await of.sessions.list({ userId: "ada" })).toEqual([]);
  });

  it("LO-05 SS-06: says 503 and leaves the cookie when the store fails, and lets nobody in", async () => {
    const store = await sqliteStore(":memory:");
    const { base } = await bridged({}, await openInstallation({ ...local, store }));
    const device = await signedIn(base);
    const commit = store.commit.bind(store);
    store.commit = () => Promise.reject(new Error("disk I/O error"));
    const out = await device.post("/logout");
    expect([out.status, out.headers.get("retry-after"), out.headers.getSetCookie()]).toEqual([
      503,
      "2",
      [],
    ]);
    expect(JSON.parse(out.text)).toMatchObject({
      type: "urn:endsession:problem:revocation-unavailable",
    });
    expect((await visit(base).post("/login")).status).toBe(503);
    const find = store.find.bind(store);
    store.find = () => Promise.reject(new Error("disk I/O error"));
    expect((await device.get("/me")).status).toBe(503);
    Object.assign(store, { commit, find });
    expect((await device.post("/logout")).status).toBe(200);
    expect((await device.get("/me")).status).toBe(401);
  });

  it("carries over those who were signed in before, once, if it is told to", async () => {
    const inner = new MemoryStore();
    const before = await application(inner, null);
    const [kept, gone] = [await signedIn(before.base), await signedIn(before.base)];
    const dead = gone.copy();
    await gone.post("/logout");
    const of = await openInstallation(local);
    expect(await adoptSessions(of, inner, options)).toBe(1);
    expect(await adoptSessions(of, inner, options)).toBe(0);
    const { base } = await application(endingStore(of, inner, options), of);
    const [device, copy] = [visit(base, kept.jar), visit(base, new Map(kept.jar))];
    expect((await device.get("/me")).status).toBe(200);
    expect((await visit(base, dead.jar).get("/me")).status).toBe(401);
    await device.post("/logout");
    expect((await copy.get("/me")).status).toBe(401);
  });

  it("has no session for data that nobody carried over", async () => {
    const inner = new MemoryStore();
    const device = await signedIn((await application(inner, null)).base);
    const of = await openInstallation(local);
    const { base } = await application(endingStore(of, inner, options), of);
    expect((await visit(base, device.jar).get("/me")).status).toBe(401);
  });

  it("I1: an id that one process has ended is dead in another, late saves included", async () => {
    const folder = mkdtempSync(join(tmpdir(), "endsession-bridge-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const open = async (): Promise<EndSession> => {
      const store = await sqliteStore(`file:${join(folder, "sessions.db")}`);
      const of = await openInstallation({ ...local, store });
      onTestFinished(() => of.close());
      return of;
    };
    const inner = new MemoryStore();
    const [here, there] = [
      endingStore(await open(), inner, options),
      endingStore(await open(), inner, options),
    ];
    const sid = randomBytes(24).toString("base64url");
    const data = { cookie: new session.Cookie(), userId: "ada" };
    await saved(here, sid, data);
    expect(await given(there, sid)).toMatchObject({ userId: "ada" });
    await new Promise((resolve) => here.destroy(sid, resolve));
    for (const store of [there, here]) {
      await saved(store, sid, data);
      expect([await given(store, sid), await given(inner, sid)]).toEqual([null, undefined]);
    }
  });

  it("RV-02: tells when a session is over", async () => {
    const { base, of } = await bridged();
    const device = await signedIn(base);
    const sid = /^s%3A([^.]+)\./u.exec(device.jar.get("connect.sid") ?? "")?.[1] ?? "";
    const found = await of.sessions.authenticate(presentedBy(sid));
    if (found.outcome !== "live") throw new Error("The session is not known.");
    const over = gate();
    of.sessions.onEnded(found.session, over.open);
    await device.post("/logout");
    await over.passed;
  });
});

function saved(store: Store, sid: string, data: session.SessionData): Promise<void> {
  return new Promise((resolve, reject) => {
    store.set(sid, data, (error: unknown) => (error ? reject(error as Error) : resolve()));
  });
}

function given(store: Store, sid: string): Promise<session.SessionData | null | undefined> {
  return new Promise((resolve, reject) => {
    store.get(sid, (error: unknown, data) => (error ? reject(error as Error) : resolve(data)));
  });
}
