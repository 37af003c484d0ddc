/** iron-session as it is, and with the bridge, over real connections. */
import express, { type Request, type Response } from "express";
import { getIronSession, type IronSession } from "iron-session";
import { describe, expect, it } from "vitest";
import type { EndSession } from "../endsession.ts";
import { sealedSessions, type SealedSession } from "../iron-session.ts";
import { sqliteStore } from "../sqlite.ts";
import { gate, serve, visit, type Visitor } from "../test-support/bridged.ts";
import { openInstallation } from "../test-support/rig.ts";

interface Data {
  sid?: string | undefined;
  userId?: string | undefined;
  note?: string;
}

const sealing = {
  cookieName: "sealed",
  password: "a password of the tests, of 32 letters or more",
  cookieOptions: { secure: false },
};
const raw = (req: Request, res: Response): Promise<IronSession<Data>> =>
  getIronSession<Data>(req, res, sealing);

function unbridged(app: express.Express): void {
  app.post("/login", async (req, res) => {
    const data = await raw(req, res);
    data.userId = String((req.body as { name?: string }).name ?? "ada");
    await data.save();
    res.end();
  });
  app.get("/me", async (req, res) => {
    const data = await raw(req, res);
    res.status(data.userId ? 200 : 401).json(data);
  });
  app.post("/logout", async (req, res) => {
    (await raw(req, res)).destroy();
    res.end();
  });
}

interface Slow {
  arrived: () => void;
  proceed: Promise<void>;
}

function bridged(of: EndSession, slow?: Slow): (app: express.Express) => void {
  const judge = sealedSessions<IronSession<Data>>(of, { userId: (data) => data.userId });
  const open = async (req: Request, res: Response): Promise<SealedSession<IronSession<Data>>> =>
    judge(await raw(req, res), {
      address: req.ip ?? null,
      userAgent: req.get("user-agent") ?? null,
    });
  return (app) => {
    app.post("/login", async (req, res) => {
      const { data, save } = await open(req, res);
      data.userId = String((req.body as { name?: string }).name ?? "ada");
      await save();
      data.note = "signed in";
      await save();
      res.end();
    });
    app.get("/me", async (req, res) => {
      const { data, session } = await open(req, res);
      res.status(session ? 200 : 401).json(data);
    });
    app.post("/note", async (req, res) => {
      const { data, save } = await open(req, res);
      slow?.arrived();
      await slow?.proceed;
      data.note = "written late";
      await save();
      res.end();
    });
    app.post("/forget", async (req, res) => {
      const { data, save } = await open(req, res);
      data.userId = undefined;
      await save();
      res.end();
    });
    app.post("/logout", async (req, res) => {
      res.json(await (await open(req, res)).destroy());
    });
  };
}

async function application(make: (app: express.Express) => void): Promise<string> {
  const app = express();
  app.use(express.json());
  make(app);
  app.use(((error: { status?: number }, _req, res, _next) => {
    res.sendStatus(error.status ?? 500);
  }) as express.ErrorRequestHandler);
  return serve(app);
}

async function signedIn(base: string, name = "ada"): Promise<Visitor> {
  const device = visit(base);
  expect((await device.post("/login", { name })).status).toBe(200);
  expect((await device.get("/me")).status).toBe(200);
  return device;
}

async function replay(base: string): Promise<number> {
  const device = await signedIn(base);
  const thief = device.copy();
  expect((await device.post("/logout")).status).toBe(200);
  expect([...device.jar]).toEqual([]);
  return (await thief.get("/me")).status;
}

describe("LO-01 M13: a copy of the cookie after the logout", () => {
  it("is as good as before without the bridge", async () => {
    expect(await replay(await application(unbridged))).toBe(200);
  });
  it("is nobody's with it", async () => {
    expect(await replay(await application(bridged(await openInstallation())))).toBe(401);
  });
});

describe("a sealed cookie with the bridge", () => {
  it("LA-01: ends with all of its user's; another user's goes on", async () => {
    const of = await openInstallation();
    const base = await application(bridged(of));
    const [one, two, eve] = [
      await signedIn(base),
      await signedIn(base),
      await signedIn(base, "eve"),
    ];
    await of.sessions.endAll({ userId: "ada" });
    for (const device of [one, two]) {
      const refused = await device.get("/me");
      expect([refused.status, refused.text]).toEqual([401, "{}"]);
    }
    expect((await eve.get("/me")).status).toBe(200);
  });

  it("SS-03: a sign-in over another's session ends that one, and starts one session only", async () => {
    const of = await openInstallation();
    const base = await application(bridged(of));
    const device = await signedIn(base);
    const before = device.copy();
    await device.post("/login", { name: "eve" });
    expect((await device.get("/me")).text).toContain('"userId":"eve"');
    expect((await before.get("/me")).status).toBe(401);
    expect(await of.sessions.list({ userId: "eve" })).toHaveLength(1);
    expect(await of.sessions.list({ userId: "ada" })).toEqual([]);
  });

  it("RV-06: is not set again by a request that was under way", async () => {
    const of = await openInstallation();
    const [inside, go] = [gate(), gate()];
    const base = await application(bridged(of, { arrived: inside.open, proceed: go.passed }));
    const device = await signedIn(base);
    const thief = device.copy();
    const late = device.copy().post("/note");
    await inside.passed;
    await device.post("/logout");
    go.open();
    expect((await late).headers.getSetCookie()).toEqual([]);
    expect((await thief.get("/me")).status).toBe(401);
  });

  it("keeps data of visitors, and ends the session of a user who is taken out", async () => {
    const of = await openInstallation();
    const base = await application(bridged(of));
    const visitor = visit(base);
    await visitor.post("/note");
    expect((await visitor.get("/me")).text).toContain("written late");
    const device = await signedIn(base);
    const thief = device.copy();
    await device.post("/forget");
    expect((await thief.get("/me")).status).toBe(401);
    expect(await of.sessions.list({ userId: "ada" })).toEqual([]);
  });

  it("is nobody's when it is of before the bridge, and can be logged out twice", async () => {
    const old = await signedIn(await application(unbridged));
    const base = await application(bridged(await openInstallation()));
    const device = visit(base, old.jar);
    expect((await device.get("/me")).status).toBe(401);
    for (let time = 0; time < 2; time += 1) {
      expect((await device.post("/logout")).status).toBe(200);
    }
    expect([...device.jar]).toEqual([]);
  });

  it("LO-05 SS-06: stays, and lets nobody in, when the store fails", async () => {
    const store = await sqliteStore(":memory:");
    const base = await application(bridged(await openInstallation({ store })));
    const device = await signedIn(base);
    const [commit, find] = [store.commit.bind(store), store.find.bind(store)];
    store.commit = () => Promise.reject(new Error("disk I/O error"));
    const out = await device.post("/logout");
    expect([out.status, out.headers.getSetCookie()]).toEqual([503, []]);
    store.find = () => Promise.reject(new Error("disk I/O error"));
    expect((await device.get("/me")).status).toBe(503);
    Object.assign(store, { commit, find });
    expect((await device.get("/me")).status).toBe(200);
    expect((await device.post("/logout")).status).toBe(200);
  });
});
