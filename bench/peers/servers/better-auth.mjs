// @ts-check
/** better-auth on SQLite, as its documentation sets it up, with the cookie cache off and on. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { betterAuth as createAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { fromNodeHeaders } from "better-auth/node";
import Database from "better-sqlite3";
import { each, onExpress } from "./serve.mjs";

/** @type {Record<string, import("./serve.mjs").Open>} */
export const betterAuth = {
  "express better-auth": (services) => open(services, false),
  "express better-auth, cookie cache": (services) => open(services, true),
};

/** @param {import("./serve.mjs").Services} services @param {boolean} cache @returns {Promise<import("./serve.mjs").Peer>} */
async function open({ folder }, cache) {
  const database = new Database(join(folder, `better-auth-${cache}.db`));
  database.pragma("journal_mode = WAL");
  const auth = createAuth({
    database,
    secret: randomBytes(32).toString("base64url"),
    baseURL: "http://127.0.0.1",
    emailAndPassword: {
      enabled: true,
      password: { hash: async (password) => password, verify: async () => true },
    },
    session: { cookieCache: { enabled: cache } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();

  const port = await onExpress((app) => {
    app.use(async (req, res, next) => {
      const found = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
      if (found) next();
      else res.sendStatus(401);
    });
  });
  /** @type {{ cookie: string }[]} */
  const credentials = [];
  for (const n of each()) {
    const body = { name: "Ada", email: `user-${n}@example.com`, password: "correct horse" };
    const answer = await auth.api.signUpEmail({ body, asResponse: true });
    const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
    credentials.push({ cookie: cookies.join("; ") });
  }
  return {
    port,
    credentials,
    async logout(device) {
      await auth.api.signOut({ headers: new Headers(credentials[device]) });
    },
  };
}
