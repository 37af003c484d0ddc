// @ts-check
/** One instance of an application with our routes and one protected route, on PostgreSQL. */
import { createEndSession } from "endsession";
import { mount, protect } from "endsession/node";
import { postgresStore } from "endsession/postgres";
import { redisAccelerator } from "endsession/redis";
import { Pool } from "pg";
import { createClient } from "redis";
import { eachEnd } from "../support/each-end.mjs";
import { inFlight } from "../support/in-flight.mjs";
import { signInMany } from "../support/installation.mjs";
import { answer, serve } from "./serve.mjs";

/**
 * @typedef {object} Settings
 * @property {string} postgres                  the URL of its database
 * @property {string | null} redis              the URL of what carries wake-ups; null for PostgreSQL
 * @property {string} prefix                    of channels and keys there
 * @property {"strict" | "bounded"} consistency
 * @property {boolean} pinned                   whether it shares the first core with other servers
 * @property {boolean} [eachEnd]                whether it acknowledges every end by itself
 */

/** @type {Settings} */
const settings = JSON.parse(process.argv[2] ?? "{}");
const { postgres, redis, prefix, consistency, pinned } = settings;
const pool = new Pool({ connectionString: postgres, application_name: "endsession bench" });
const store = await postgresStore(pool);
const accelerator =
  redis === null ? null : await redisAccelerator(createClient({ url: redis }), { prefix });
const doors = { store, ...(accelerator && { accelerator }) };
const endsession = await createEndSession({
  ...(settings.eachEnd ? eachEnd(doors) : doors),
  consistency,
  // Each of the bench's logouts is another person's, and all come from one address.
  rateLimit: { limit: 1_000_000_000 },
});
const routes = mount(endsession);
const check = protect(endsession);
let rounds = 0;

await serve(
  (req, res) => {
    routes(req, res, (problem) => {
      if (problem !== undefined) return answer(res, 500);
      check(req, res, (error) => answer(res, error === undefined ? 200 : 500));
    });
  },
  {
    /** Signs devices in, and gives their session cookies. @param {number} n */
    async start(n) {
      rounds += 1;
      const options = { tokens: false, prefix: `${process.pid}-${rounds}` };
      const all = await signInMany(endsession, n, options);
      return all.map(({ sessionToken }) => sessionToken);
    },
    /** Ends sessions, 64 at any moment. @param {string[]} tokens */
    async end(tokens) {
      await inFlight(64, tokens, (token) =>
        endsession.sessions.end({ kind: "session_token", token }),
      );
    },
  },
  { pinned },
);
