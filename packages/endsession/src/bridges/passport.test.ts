/** Passport as it is, and on sessions of endsession, over real connections. */
import express from "express";
import session, { MemoryStore } from "express-session";
import passportModule from "passport";
import { describe, expect, it } from "vitest";
import type { EndSession } from "../endsession.ts";
import { endingStore } from "../express-session.ts";
import { mount, protect, sessionOf } from "../express.ts";
import { passportSession } from "../passport.ts";
import { sqliteStore } from "../sqlite.ts";
import { gate, serve, visit, type Visitor } from "../test-support/bridged.ts";
import { openInstallation } from "../test-support/rig.ts";

interface User {
  readonly id: string;
}

/** As `passport-local` works: name and password in the body. */
class PasswordStrategy extends passportModule.Strategy {
  override name = "password";
  override authenticate(req: express.Request): void {
    const { name, password } = req.body as { name?: string; password?: string };
    if (password === "right") this.success({ id: name ?? "" });
    else this.fail(401);
  }
}

type SetUp = (
  of: EndSession,
  app: express.Express,
  passport: passportModule.PassportStatic,
) => void;

const settings = {
  secret: "a secret for the cookies of the tests",
  resave: false,
  saveUninitialized: false,
};
const userId = (data: session.SessionData): string | undefined =>
  (data as { passport?: { user?: string } }).passport?.user;

const setUps: Readonly<Record<"alone" | "on express-session" | "unbridged", SetUp>> = {
  unbridged: (_, app, passport) => {
    app.use(session(settings), passport.initialize(), passport.session());
  },
  "on express-session": (of, app, passport) => {
    const store = endingStore(of, new MemoryStore(), { userId });
    app.use(session({ ...settings, store }), passport.initialize(), passport.session());
  },
  alone: (of, app, passport) => {
    const serialize = (user: User): string => user.id;
    const deserialize = async (id: string): Promise<User | null> => (id === "gone" ? null : { id });
    app.use(passportSession<User>(of, { serialize, deserialize }), passport.initialize());
  },
};

interface App {
  readonly base: string;
  readonly of: EndSession;
  readonly slow: { arrived: () => void; proceed: Promise<void> };
}

async function application(kind: keyof typeof setUps, given?: EndSession): Promise<App> {
  const of = given ?? (await openInstallation({ origin: "http://127.0.0.1" }));
  const passport = new passportModule.Passport() as unknown as passportModule.PassportStatic;
  passport.use(new PasswordStrategy());
  passport.serializeUser((user, done) => done(null, (user as User).id));
  passport.deserializeUser((id: string, done) => done(null, { id }));
  const slow: App["slow"] = { arrived: () => undefined, proceed: Promise.resolve() };
  const app = express();
  app.use(express.json());
  setUps[kind](of, app, passport);
  app.post("/login", passport.authenticate("password"), (_req, res) => {
    res.json({ ok: true });
  });
  app.post("/once", passport.authenticate("password", { session: false }), (req, res) => {
    res.json(req.user);
  });
  app.post("/logout", (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.json({ ok: true })));
  });
  app.get("/me", (req, res) => {
    res.status(req.isAuthenticated() ? 200 : 401).json(req.user ?? null);
  });
  app.get("/slow", async (req, res) => {
    slow.arrived();
    await slow.proceed;
    if (req.session) Object.assign(req.session, { note: "written late" });
    res.end("done");
  });
  app.get("/private", protect(of), (req, res) => {
    res.json({ user: sessionOf(req).userId });
  });
  app.use(mount(of));
  app.use(((error: { status?: number }, _req, res, _next) => {
    res.sendStatus(error.status ?? 500);
  }) as express.ErrorRequestHandler);
  return { base: await serve(app), of, slow };
}

async function signedIn(base: string, name = "ada"): Promise<Visitor> {
  const device = visit(base);
  expect((await device.post("/login", { name, password: "right" })).status).toBe(200);
  return device;
}

async function overlap({ base, slow }: App): Promise<number> {
  const device = await signedIn(base);
  const thief = device.copy();
  const [inside, go] = [gate(), gate()];
  slow.arrived = inside.open;
  slow.proceed = go.passed;
  const late = device.copy().get("/slow");
  await inside.passed;
  expect((await device.post("/logout")).status).toBe(200);
  go.open();
  await late;
  return (await thief.get("/me")).status;
}

describe("RV-06: a request that is under way during req.logout()", () => {
  it("brings the session back without the bridge", async () => {
    expect(await overlap(await application("unbridged"))).toBe(200);
  });
  it.each(["on express-session", "alone"] as const)("brings nothing back: %s", async (kind) => {
    expect(await overlap(await application(kind))).toBe(401);
  });
});

describe.each(["on express-session", "alone"] as const)("Passport %s", (kind) => {
  it("LO-01 SS-03: signs in under a new id, and out for good", async () => {
    const { base, of } = await application(kind);
    const device = await signedIn(base);
    expect((await device.get("/me")).text).toBe('{"id":"ada"}');
    const before = device.copy();
    await device.post("/login", { name: "ada", password: "right" });
    expect((await before.get("/me")).status).toBe(401);
    expect(await of.sessions.list({ userId: "ada" })).toHaveLength(1);
    const thief = device.copy();
    expect((await device.post("/logout")).status).toBe(200);
    expect((await thief.get("/me")).status).toBe(401);
    expect(await of.sessions.list({ userId: "ada" })).toEqual([]);
  });

  it("LA-01: ends on all devices at once", async () => {
    const { base, of } = await application(kind);
    const devices = [await signedIn(base), await signedIn(base)];
    await of.sessions.endAll({ userId: "ada" });
    for (const device of devices) expect((await device.get("/me")).status).toBe(401);
  });

  it("starts nothing for a wrong password, nor for one request alone", async () => {
    const { base, of } = await application(kind);
    const device = visit(base);
    expect((await device.post("/login", { name: "ada", password: "wrong" })).status).toBe(401);
    const once = await device.post("/once", { name: "ada", password: "right" });
    expect([once.status, once.text]).toEqual([200, '{"id":"ada"}']);
    expect((await device.get("/me")).status).toBe(401);
    expect(await of.sessions.list({ userId: "ada" })).toEqual([]);
  });

  it("LO-05 SS-06: says 503 when the store fails, and lets nobody in", async () => {
    const store = await sqliteStore(":memory:");
    const app = await application(
      kind,
      await openInstallation({ origin: "http://127.0.0.1", store }),
    );
    const device = await signedIn(app.base);
    const [commit, find] = [store.commit.bind(store), store.find.bind(store)];
    store.commit = () => Promise.reject(new Error("disk I/O error"));
    const out = await device.post("/logout");
    expect([out.status, out.headers.getSetCookie()]).toEqual([503, []]);
    expect((await visit(app.base).post("/login", { name: "ada", password: "right" })).status).toBe(
      503,
    );
    store.find = () => Promise.reject(new Error("disk I/O error"));
    expect((await device.get("/me")).status).toBe(503);
    Object.assign(store, { commit, find });
    expect((await device.get("/me")).status).toBe(200);
    expect((await device.post("/logout")).status).toBe(200);
  });
});

describe("Passport alone", () => {
  it("works with the routes and the protection of endsession", async () => {
    const { base } = await application("alone");
    const device = await signedIn(base);
    expect((await device.get("/private")).text).toBe('{"user":"ada"}');
    expect((await device.get("/sessions")).status).toBe(200);
    const thief = device.copy();
    const out = await device.post("/logout", {});
    expect(out.headers.getSetCookie()[0]).toMatch(/^es_session=; Path=\/; Max-Age=0/u);
    expect((await thief.get("/private")).status).toBe(401);
  });

  it("SS-10: a user who is no more is nobody", async () => {
    const { base } = await application("alone");
    expect((await (await signedIn(base, "gone")).get("/me")).status).toBe(401);
  });
});
