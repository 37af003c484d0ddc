// @ts-check
/**
 * Whether others are held up while a user with very many sessions is logged out everywhere:
 * another client of the database, and the instance that does it.
 */
import { setTimeout as wait } from "node:timers/promises";
import { inFlight } from "../support/in-flight.mjs";
import { checkOf, cookieOf, facts, signInMany } from "../support/installation.mjs";
import { comeToRest, copySession, installOnPostgres } from "../support/postgres.mjs";
import { startPostgres } from "../support/services.mjs";
import { startClient } from "../support/watching-client.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../harness/rounds.mjs").Case} Case
 */

/** Nothing here is to be written down, as every minute of activity is. */
const options = { request: facts, activity: false };
/** How long others are watched, and after how much of it the logout comes, in milliseconds. */
const watched = 200;
const logoutAfter = 50;
/** As many as the library lets a user have; the others are put in by SQL. */
const sessionLimit = 1000;

/** @param {Bench} bench */
export async function run(bench) {
  const n = bench.full ? 1_000_000 : 100_000;
  const postgres = await startPostgres();
  try {
    const { pool, endsession } = await installOnPostgres(postgres.url, { sessionLimit });
    const { sessions } = endsession;
    const check = checkOf(endsession);
    const others = await signInMany(endsession, 200, { tokens: false, prefix: "other" });
    /** @type {import("endsession").Presented[]} */
    const owned = [];
    let of = "";
    await inFlight(64, Array.from({ length: sessionLimit }), async () => {
      const device = await sessions.start({ userId: "owner", request: facts });
      owned.push(cookieOf(device));
      of = device.session.id;
    });
    for (let from = 0; from < n; from += 20_000) {
      await copySession(pool, { of, from, n: 20_000 });
      bench.progress(`${n} sessions`, from / n);
    }
    await comeToRest(pool);
    const client = await startClient(
      postgres.url,
      others.map(({ session }) => session.id),
    );

    /** All of the user's sessions live again, and the instance remembers what it can. */
    const revive = async () => {
      await pool.query("update users set auth_version = 1 where id = 'owner'");
      await inFlight(512, owned, (known) => sessions.authenticate(known, options));
      globalThis.gc?.();
      await wait(20);
    };
    /** Watches both, and gives the longest that each was held up, in microseconds. */
    const watch = async (/** @type {() => Promise<unknown>} */ act) => {
      const ticking = longestTick(watched);
      const [report] = await Promise.all([client.watch(watched), wait(logoutAfter).then(act)]);
      return { client: report.longest, loop: await ticking };
    };
    const logoutAll = () => sessions.endAll({ userId: "owner" });
    const idle = async () => undefined;

    for (const [row, who] of /** @type {const} */ ([
      ["P23.client", "client"],
      ["P23.loop", "loop"],
    ])) {
      await bench.attempt([row], async () => {
        const control = /** @type {const} */ (["idle", "idle again"]);
        /** @type {(name: string, act: () => Promise<unknown>) => Case} */
        const caseOf = (name, act) => ({
          name,
          batch: 1,
          prepare: revive,
          run: () => 0,
          own: async () => (await watch(act))[who],
        });
        const table = await bench.table({
          title: `the longest stall of the ${who}, a user of ${n} sessions`,
          clock: "wall",
          fullRounds: 61,
          warmUp: 3,
          tolerance: 0.1,
          control,
          cases: [...control.map((name) => caseOf(name, idle)), caseOf("logout-all", logoutAll)],
        });
        const { cases } = table.record;
        const ms = (/** @type {string} */ name) =>
          `${((cases[name]?.median ?? 0) / 1000).toFixed(2)} ms`;
        bench.ratio(row, table, (of) => (of["logout-all"] ?? 0) / (of[control[0]] ?? 0), [
          `${ms("logout-all")}, idle ${ms(control[0])}, in windows of ${watched} ms`,
        ]);
      });
    }
    await logoutAll();
    if (owned.some((known) => check(known, options)?.outcome === "live")) {
      throw new Error("the instance believes a session that was ended");
    }
    const last = await sessions.list({ userId: "owner" });
    if (last.length > 0) throw new Error(`${last.length} sessions live on`);
    client.stop();
  } finally {
    await postgres.stop();
  }
}

/** The longest that a timer of 1 ms took, in microseconds. @param {number} milliseconds */
async function longestTick(milliseconds) {
  const until = performance.now() + milliseconds;
  let longest = 0;
  for (let before = performance.now(); before < until;) {
    await wait(1);
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return longest * 1000;
}
