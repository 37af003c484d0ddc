// @ts-check
/** Sessions in a cookie: by reference (express-session), and sealed whole (iron-session, Auth.js). */
import { randomBytes, randomUUID } from "node:crypto";
import { Auth } from "@auth/core";
import { encode } from "@auth/core/jwt";
import { RedisStore } from "connect-redis";
import session from "express-session";
import { getIronSession, sealData } from "iron-session";
import { createClient } from "redis";
import { each, nothing, onExpress } from "./serve.mjs";

const secret = randomBytes(32).toString("base64url");

/** @type {Record<string, import("./serve.mjs").Open>} */
export const sessions = {
  "express express-session": (services) =>
    expressSession(services, { resave: false, saveUninitialized: false }),
  "express express-session, defaults": (services) => expressSession(services, {}),
  "express iron-session": ironSession,
  "express @auth/core": authCore,
};

/** @param {import("./serve.mjs").Services} services @param {object} options @returns {Promise<import("./serve.mjs").Peer>} */
async function expressSession({ redis }, options) {
  const client = createClient({ url: redis ?? "" });
  await client.connect();
  const store = new RedisStore({ client });
  /** @type {string[]} */
  const ids = [];
  /** @type {string[]} */
  const cookies = [];
  const port = await onExpress((app) => {
    app.use(session({ secret, store, ...options }));
    app.post("/sign-in", (req, res) => {
      Object.assign(req.session, { userId: randomUUID() });
      ids.push(req.sessionID);
      res.json({ ok: true });
    });
    app.use((req, res, next) => {
      if ("userId" in req.session) next();
      else res.sendStatus(401);
    });
  });
  for (const _ of each()) {
    const answer = await fetch(`http://127.0.0.1:${port}/sign-in`, { method: "POST" });
    cookies.push(answer.headers.getSetCookie()[0]?.split(";")[0] ?? "");
  }
  return {
    port,
    credentials: cookies.map((cookie) => ({ cookie })),
    logout: (device) => store.destroy(ids[device] ?? ""),
  };
}

/** @returns {Promise<import("./serve.mjs").Peer>} */
async function ironSession() {
  const options = { password: secret, cookieName: "session" };
  const port = await onExpress((app) => {
    app.use(async (req, res, next) => {
      /** @type {{ user?: string }} */
      const found = await getIronSession(req, res, options);
      if (found.user) next();
      else res.sendStatus(401);
    });
  });
  const seals = await Promise.all(each().map((n) => sealData({ user: `user-${n}` }, options)));
  return {
    port,
    credentials: seals.map((seal) => ({ cookie: `session=${seal}` })),
    logout: nothing,
  };
}

/** What `@auth/express` does for `getSession`, with the core alone. @returns {Promise<import("./serve.mjs").Peer>} */
async function authCore() {
  /** @type {import("@auth/core").AuthConfig} */
  const config = { secret, trustHost: true, basePath: "/auth", providers: [], logger: silent };
  const port = await onExpress((app) => {
    app.use(async (req, res, next) => {
      const headers = { cookie: req.headers.cookie ?? "" };
      const request = new Request("http://127.0.0.1/auth/session", { headers });
      const answer = /** @type {Response} */ (await Auth(request, config));
      const found = /** @type {{ user?: object } | null} */ (await answer.json());
      if (found?.user) next();
      else res.sendStatus(401);
    });
  });
  const salt = "authjs.session-token";
  const seals = await Promise.all(
    each().map((n) => encode({ token: { sub: `user-${n}`, name: "Ada" }, secret, salt })),
  );
  return {
    port,
    credentials: seals.map((seal) => ({ cookie: `${salt}=${seal}` })),
    logout: nothing,
  };
}

const silent = { error: () => undefined, warn: () => undefined, debug: () => undefined };
