/** The adapter on real connections, with node:http and with Express. */
import { createServer, type IncomingMessage, request as nodeRequest, type Server } from "node:http";
import { connect } from "node:net";
import express from "express";
import { describe, expect, it } from "vitest";
import type { EndSession } from "../endsession.ts";
import {
  byCookie,
  byToken,
  openInstallation,
  signInDevice,
  TestClock,
} from "../test-support/rig.ts";
import { type Answer, call, listen, rawStatus } from "../test-support/wire.ts";
import {
  currentSession,
  type Middleware,
  mount,
  protect,
  securityEvent,
  signIn,
} from "./connect.ts";
import { sessionOf } from "./checked.ts";
import { sqliteStore } from "../sqlite.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const json = { "content-type": "application/json" };

/** An application on bare node:http: the chain is written out by hand. */
function bare(of: EndSession): Server {
  const routes = mount(of);
  const guard = protect(of);
  const chain = (...steps: Middleware[]): Middleware =>
    steps.reduceRight<Middleware>(
      (after, step) => (req, res, next) =>
        step(req, res, (error) => (error === undefined ? after(req, res, next) : next(error))),
      (_req, _res, next) => next(),
    );
  const me: Middleware = (req, res) => {
    res.end(JSON.stringify({ user: sessionOf(req).userId }));
  };
  return createServer((req, res) => {
    const failed = (error?: unknown): void => {
      res.statusCode = error === undefined ? 404 : 500;
      res.end();
    };
    chain(routes, guard, me)(req, res, failed);
  });
}

const apps: readonly [name: string, make: (of: EndSession) => Server][] = [
  ["node:http", bare],
  [
    "Express",
    (of) => {
      const app = express();
      app.use(mount(of));
      app.get("/me", protect(of), (req, res) => {
        res.json({ user: sessionOf(req).userId });
      });
      return createServer(app);
    },
  ],
];

describe.each(apps)("on %s", (_, make) => {
  const open = async (): Promise<{ of: EndSession; port: number }> => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    return { of, port: await listen(make(of)) };
  };
  const cookieOf = ({ headers }: Answer): string =>
    (headers["set-cookie"] ?? []).map((line) => line.slice(0, line.indexOf(";"))).join("; ");

  it("SS-06: says that sessions cannot be checked, to a person on a page", async () => {
    const store = await sqliteStore(":memory:");
    const of = await openInstallation({ origin: "http://127.0.0.1", store });
    const port = await listen(make(of));
    const device = await signInDevice(of, "ada");
    store.find = () => Promise.reject(new Error("disk I/O error"));
    for (const [accept, type] of [
      ["text/html", "text/html; charset=utf-8"],
      ["application/json", "application/problem+json"],
    ] as const) {
      const answer = await call(port, "GET", "/me", {
        accept,
        cookie: `es_session=${device.cookie}`,
      });
      expect(answer.status).toBe(503);
      expect(answer.headers).toMatchObject({ "content-type": type, "retry-after": "2" });
      expect(answer.headers).not.toHaveProperty("set-cookie");
    }
  });

  it("LO-01: signs in, lets through, logs out and refuses", async () => {
    const { port } = await open();
    const body = "email=ada&password=right&remember_me=on";
    const signedIn = await call(port, "POST", "/login", form, body);
    expect(signedIn.status).toBe(200);
    const cookie = cookieOf(signedIn);
    const me = await call(port, "GET", "/me", { cookie });
    expect([me.status, me.body, me.headers["cache-control"]]).toEqual([
      200,
      '{"user":"ada"}',
      "no-store",
    ]);
    expect((await call(port, "POST", "/logout", { cookie })).status).toBe(200);
    const refused = await call(port, "GET", "/me", { cookie });
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([
      401,
      { reason: "logged_out" },
    ]);
  });

  it("CK-12: sends two deletions of two cookies as two headers", async () => {
    const { port } = await open();
    const out = await call(port, "POST", "/logout", { cookie: "es_session=x" });
    const names = out.raw.flatMap((name, index) =>
      name.toLowerCase() === "set-cookie" ? [out.raw[index + 1]?.split("=")[0]] : [],
    );
    expect(names).toEqual(["es_session", "es_remember"]);
  });

  it("answers HEAD without a body, and passes on what is not its own", async () => {
    const { port } = await open();
    const head = await call(port, "HEAD", "/healthz");
    expect([head.status, head.body]).toEqual([200, ""]);
    expect((await call(port, "HEAD", "/logout")).status).toBe(405);
    expect((await call(port, "GET", "/login")).status).not.toBe(405);
  });

  it.each(["evil host/..", "a b", "[", "x".repeat(300)])(
    "survives the hostile Host header %j",
    async (host) => {
      const { port } = await open();
      const answer = await call(port, "GET", "/me", { host });
      expect(answer.status).toBe(401);
    },
  );

  it("survives hostile request targets", async () => {
    const { port } = await open();
    for (const target of ["//evil.example/logout", "http://evil.example/logout", "*", "/%zz"]) {
      const status = await rawStatus(
        port,
        `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0`,
      );
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    expect((await call(port, "GET", "/healthz")).status).toBe(200);
  });

  it("survives a client that goes away in the middle of its body", async () => {
    const { port } = await open();
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write("POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{");
        socket.destroy();
      });
      socket.on("close", () => resolve());
    });
    expect((await call(port, "GET", "/healthz")).status).toBe(200);
  });
});

describe("protect, answered from memory", () => {
  it("TO-02: writes activity down, and keeps alive who is active", async () => {
    const clock = new TestClock();
    const profile = { idle: 10_000, absolute: 3_600_000 };
    const of = await openInstallation({ clock, profile, lease: { bound: 60_000 } });
    const device = await signInDevice(of, "ada");
    const app = express();
    app.get("/me", protect(of), (req, res) => {
      res.json(sessionOf(req).userId);
    });
    const port = await listen(createServer(app));
    const began = clock.now();
    // Three times the idle timeout, within one lease: nothing but activity keeps the session.
    for (let request = 0; request < 20; request += 1) {
      expect((await call(port, "GET", "/me", byToken(device))).status).toBe(200);
      clock.advance(1500);
    }
    const [session] = await of.sessions.list({ userId: "ada" });
    expect((session?.lastSeenAt ?? 0) - began).toBeGreaterThan(25_000);
  });
});

describe("GET /events", () => {
  it("gives the place of a client back that left before it was answered", async () => {
    const of = await openInstallation({ events: { perUser: 1 } });
    const device = await signInDevice(of, "ada");
    let left: Promise<unknown> = Promise.resolve();
    const handler = {
      ...of.handler,
      answer: async (...request: Parameters<typeof of.handler.answer>) => {
        await left;
        return of.handler.answer(...request);
      },
    };
    const routes = mount({ ...of, handler });
    const server = createServer((req, res) => routes(req, res, () => res.end()));
    const port = await listen(server);
    const headers = byCookie(device);
    left = new Promise((resolve) => {
      server.once("request", (_req, res) => res.once("close", resolve));
    });
    const gone = nodeRequest({ port, host: "127.0.0.1", path: "/events", headers });
    gone.on("error", () => undefined).end();
    await new Promise((resolve) => server.once("request", resolve));
    gone.destroy();
    await left;
    const status = (): Promise<number> =>
      new Promise((resolve) => {
        nodeRequest({ port, host: "127.0.0.1", path: "/events", headers }, (answer) => {
          answer.destroy();
          resolve(answer.statusCode ?? 0);
        }).end();
      });
    await expect.poll(status).toBe(200);
  });
});

describe("in Express", () => {
  it("works behind a body parser that has consumed the body", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const app = express();
    app.use(express.json(), express.urlencoded(), mount(of));
    const port = await listen(createServer(app));
    const asJson = '{"email":"ada","password":"right"}';
    expect((await call(port, "POST", "/login", json, asJson)).status).toBe(200);
    const asForm = "email=ada&password=right";
    expect((await call(port, "POST", "/login", form, asForm)).status).toBe(200);
    expect((await call(port, "POST", "/login", json, "{}")).status).toBe(400);
    const person = { ...form, accept: "text/html" };
    expect((await call(port, "POST", "/login", person, asForm)).status).toBe(303);
  });

  it("never mistakes a body that is gone for one that was empty", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const raw = express();
    raw.use(express.raw({ type: "*/*" }), mount(of));
    const login = '{"email":"ada","password":"right"}';
    expect(
      (await call(await listen(createServer(raw)), "POST", "/login", json, login)).status,
    ).toBe(200);
    const gone = express();
    gone.use(async (req, _res, next) => {
      for await (const _ of req);
      next();
    }, mount(of));
    gone.use(((_error, _req, res, _next) => {
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    const port = await listen(createServer(gone));
    expect((await call(port, "POST", "/logout/all", json, '{"keep_current":true}')).status).toBe(
      500,
    );
  });

  it("works below a mount path with the same base path", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1", basePath: "/auth" });
    const app = express();
    app.use("/auth", mount(of));
    const port = await listen(createServer(app));
    const signedIn = await call(port, "POST", "/auth/login", form, "email=ada&password=right");
    expect(signedIn.status).toBe(200);
    expect((await call(port, "POST", "/login", form, "")).status).toBe(404);
  });

  it("an application's own sign-in and its security events set and renew the cookie", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const app = express();
    app.post("/enter", async (req, res) => {
      await signIn(of, req, res, { userId: "ada" });
      res.end();
    });
    app.post("/password", protect(of), async (req, res) => {
      const { receipt } = await securityEvent(of, req, res, { type: "password_changed" });
      res.json(receipt);
    });
    app.get("/me", protect(of), (_req, res) => {
      res.end();
    });
    const port = await listen(createServer(app));
    const enter = async (): Promise<string> => {
      const answer = await call(port, "POST", "/enter");
      return answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    };
    const [mine, other] = [await enter(), await enter()];
    const changed = await call(port, "POST", "/password", { cookie: mine });
    expect(JSON.parse(changed.body)).toMatchObject({ scope: "others" });
    const renewed = changed.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const statuses = [mine, other, renewed].map((cookie) => call(port, "GET", "/me", { cookie }));
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([401, 401, 200]);
  });

  it("CS-01: protect refuses what another site makes a browser send", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const app = express();
    app.use(mount(of));
    app.post("/transfer", protect(of), (_req, res) => {
      res.end();
    });
    const port = await listen(createServer(app));
    const signedIn = await call(port, "POST", "/login", form, "email=ada&password=right");
    const cookie = signedIn.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const from = async (site: string): Promise<number> =>
      (await call(port, "POST", "/transfer", { cookie, "sec-fetch-site": site })).status;
    expect([await from("cross-site"), await from("same-origin")]).toEqual([403, 200]);
  });

  it("sends a person to the sign-in page, and a program a problem", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const app = express();
    app.get("/account", protect(of), (_req, res) => {
      res.end();
    });
    const port = await listen(createServer(app));
    const person = await call(port, "GET", "/account", { accept: "text/html" });
    expect([person.status, person.headers.location]).toEqual([303, "/login"]);
    app.get("/page", protect(of, { page: true }), (_req, res) => {
      res.end();
    });
    app.get("/data", protect(of, { page: false }), (_req, res) => {
      res.end();
    });
    expect((await call(port, "GET", "/page")).status).toBe(303);
    expect((await call(port, "GET", "/data", { accept: "text/html" })).status).toBe(401);
    const navigation = await call(port, "GET", "/account", { "sec-fetch-mode": "navigate" });
    expect(navigation.status).toBe(303);
    const program = await call(port, "GET", "/account");
    expect([program.status, program.headers["content-type"]]).toEqual([
      401,
      "application/problem+json",
    ]);
  });

  it("T5: a slow handler across a logout brings nothing back, in 50 trials", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1", rateLimit: { limit: 1000 } });
    const app = express();
    app.use(mount(of));
    let proceed = (): void => undefined;
    let arrived = (): void => undefined;
    app.get("/slow", protect(of), async (_req, res) => {
      arrived();
      await new Promise<void>((resolve) => {
        proceed = resolve;
      });
      res.end("done");
    });
    app.get("/me", protect(of), (_req, res) => {
      res.end();
    });
    const port = await listen(createServer(app));
    for (let trial = 0; trial < 50; trial += 1) {
      const body = "email=ada&password=right";
      const cookie =
        (await call(port, "POST", "/login", form, body)).headers["set-cookie"]?.[0]?.split(
          ";",
        )[0] ?? "";
      const inside = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const slow = call(port, "GET", "/slow", { cookie });
      await inside;
      expect((await call(port, "POST", "/logout", { cookie })).status).toBe(200);
      proceed();
      const late = await slow;
      expect(late.headers["set-cookie"]).toBeUndefined();
      expect((await call(port, "GET", "/me", { cookie })).status).toBe(401);
    }
  });

  it("a page for everybody learns who opens it, and refuses nobody", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const app = express();
    app.use(mount(of));
    app.get("/", async (req, res) => {
      const session = await currentSession(of, req, res);
      res.json({ user: session?.userId ?? null });
    });
    const port = await listen(createServer(app));
    const signedIn = await call(port, "POST", "/login", form, "email=ada&password=right");
    const cookie = signedIn.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    expect((await call(port, "GET", "/", { cookie })).body).toBe('{"user":"ada"}');
    expect((await call(port, "GET", "/")).body).toBe('{"user":null}');
    await call(port, "POST", "/logout", { cookie });
    const left = await call(port, "GET", "/", { cookie });
    expect([left.status, left.body]).toEqual([200, '{"user":null}']);
    expect(left.headers["set-cookie"]?.[0]).toMatch(/^es_session=; /);
  });

  it("LA-06: a security event of a session that has just ended ends the others all the same", async () => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const app = express();
    app.post("/password", protect(of), async (req, res) => {
      await of.sessions.endOne({ ...sessionOf(req), sessionId: sessionOf(req).id });
      const { receipt } = await securityEvent(of, req, res, { type: "password_changed" });
      res.json(receipt);
    });
    app.use(mount(of));
    const port = await listen(createServer(app));
    const enter = async (): Promise<string> => {
      const answer = await call(port, "POST", "/login", form, "email=ada&password=right");
      return answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    };
    const [mine, other] = [await enter(), await enter()];
    const changed = await call(port, "POST", "/password", { cookie: mine });
    expect([changed.status, changed.headers["set-cookie"]]).toEqual([200, undefined]);
    expect((await call(port, "GET", "/session", { cookie: other })).status).toBe(401);
  });

  it("a request that did not pass protect has no session, and is told so", () => {
    expect(() => sessionOf({} as IncomingMessage)).toThrow(/did not pass protect/);
  });
});
