// @ts-check
/** No check at all, and ours: on SQLite, as `createEndSession` comes. */
import { join } from "node:path";
import { createEndSession } from "endsession";
import { protect } from "endsession/express";
import { protect as protectFastify } from "endsession/fastify";
import { sqliteStore } from "endsession/sqlite";
import { facts } from "../../support/installation.mjs";
import { each, nothing, onExpress, onFastify } from "./serve.mjs";

/** @type {Record<string, import("./serve.mjs").Open>} */
export const ours = {
  "express bare": async () => ({
    port: await onExpress(null),
    credentials: headers(),
    logout: nothing,
  }),
  "fastify bare": async () => ({
    port: await onFastify(null),
    credentials: headers(),
    logout: nothing,
  }),
  "express endsession cookie": (services) => open(services, "express", "cookie"),
  "express endsession token": (services) => open(services, "express", "token"),
  "fastify endsession cookie": (services) => open(services, "fastify", "cookie"),
  "fastify endsession token": (services) => open(services, "fastify", "token"),
};

/** The bare handler receives a header as long as ours. */
function headers() {
  return each().map((n) => ({
    cookie: `theme=dark; __Host-es_session=es_s_${String(n).padStart(49, "0")}`,
  }));
}

/**
 * @param {import("./serve.mjs").Services} services
 * @param {"express" | "fastify"} framework
 * @param {"cookie" | "token"} kind
 * @returns {Promise<import("./serve.mjs").Peer>}
 */
async function open({ folder }, framework, kind) {
  const store = await sqliteStore(join(folder, `ours-${framework}-${kind}.db`));
  // As behind a proxy that ends TLS.
  const endsession = await createEndSession({ store, origin: "https://app.example" });
  const port =
    framework === "express"
      ? await onExpress((app) => app.use(protect(endsession)))
      : await onFastify(protectFastify(endsession));
  const signedIn = await Promise.all(
    each().map((n) =>
      endsession.sessions.start({
        userId: `user-${n}`,
        request: facts,
        cookie: kind === "cookie",
        ...(kind === "token" && { tokens: { clientId: null } }),
      }),
    ),
  );
  return {
    port,
    credentials: signedIn.map(({ sessionToken, accessToken }) =>
      kind === "cookie"
        ? { cookie: `theme=dark; __Host-es_session=${sessionToken}` }
        : { authorization: `Bearer ${accessToken}` },
    ),
    async logout(device) {
      const { sessionToken, accessToken } = signedIn[device] ?? {};
      await endsession.sessions.end(
        kind === "cookie"
          ? { kind: "session_token", token: sessionToken ?? "" }
          : { kind: "access_token", token: accessToken ?? "" },
      );
    },
  };
}
