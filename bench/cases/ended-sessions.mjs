// @ts-check
/** Whether an instance feels how many sessions have ended in its store: by memory, and at a start. */
import { setTimeout as wait } from "node:timers/promises";
import { inFlight } from "../support/in-flight.mjs";
import { checkOf, cookieOf, expectOutcome, facts, signInMany } from "../support/installation.mjs";
import { heap } from "../support/heap.mjs";
import { comeToRest, copySession, installOnPostgres } from "../support/postgres.mjs";
import { startPostgres } from "../support/services.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

/** Nothing here is to be written down, as every minute of activity is. */
const options = { request: facts, activity: false };
/** How many end in one transaction; an instance reads the ends of half a second at a time. */
const together = 10_000;
/** Longer than an instance remembers ends for its own sake, in milliseconds. */
const muchLater = 11 * 60_000;

/** @param {Bench} bench */
export async function run(bench) {
  const n = bench.full ? 1_000_000 : 100_000;
  const postgres = await startPostgres();
  try {
    await bench.attempt(["P31", "P32"], () => memory(bench, postgres.url, n));
    const empty = await postgres.database();
    await bench.attempt(["P32"], () => starts(bench, { empty, full: postgres.url }, n));
  } finally {
    await postgres.stop();
  }
}

/** An instance is there all the time. @param {Bench} bench @param {string} url @param {number} n */
async function memory(bench, url, n) {
  let later = 0;
  const clock = { now: () => Date.now(), monotonic: () => performance.now() + later };
  const { pool, endsession, close } = await installOnPostgres(url, { clock });
  const [ended, last, ...devices] = await signInMany(endsession, 1002, { tokens: false });
  if (!ended || !last) return;
  await endsession.sessions.end(cookieOf(ended));
  const known = async () => {
    for (const one of devices) {
      expectOutcome(await endsession.sessions.authenticate(cookieOf(one), options), "live");
    }
  };
  let from = 0;
  const end = async (/** @type {number} */ count) => {
    for (const until = from + count; from < until; from += together) {
      await copySession(pool, { of: ended.session.id, from, n: together });
      await wait(100);
      bench.progress(`${n} sessions end`, from / n);
    }
  };
  // As it is some time after ends: what it remembered of them for ten minutes is gone.
  const calm = async () => {
    later += muchLater;
    await wait(2000);
    await known();
    return heap();
  };

  await known();
  await end(together);
  // Once for what only a start needs, which goes meanwhile: 3 MB that would hide as much growth.
  await calm();
  const before = await calm();
  await end(n - together);
  // Strict, by another: the answer comes when this instance has followed all ends so far.
  const other = await installOnPostgres(url);
  await other.endsession.sessions.end(cookieOf(last));
  await other.close();
  const atOnce = heap() - before;
  const growth = (await calm()) - before;
  bench.exact("P31", growth / 1e6, {
    n,
    notes: [
      `ten minutes after the last end, by a clock that was put forward; ${mb(atOnce)} right after it`,
      "ended by SQL, as copies of a session and of its end",
    ],
  });
  await comeToRest(pool);
  await close();
}

/**
 * From the first connection until a credential is checked in memory. Starting Node takes the same
 * time for both, and is left out.
 * @param {Bench} bench @param {{ empty: string, full: string }} urls @param {number} n
 */
async function starts(bench, urls, n) {
  const batch = 5;
  /** @type {(name: string, url: string) => Promise<import("../harness/rounds.mjs").Case>} */
  const caseOf = async (name, url) => {
    const { endsession, close } = await installOnPostgres(url);
    const devices = await signInMany(endsession, batch, { tokens: false, prefix: name });
    await close();
    /** @type {(() => Promise<void>)[]} */
    const open = [];
    return {
      name,
      batch,
      prepare: async () => {
        for (const one of open.splice(0)) await one();
      },
      run: () =>
        inFlight(1, devices, async (one) => {
          const instance = await installOnPostgres(url);
          const { sessions } = instance.endsession;
          expectOutcome(await sessions.authenticate(cookieOf(one), options), "live");
          expectOutcome(checkOf(instance.endsession)(cookieOf(one), options), "live");
          open.push(instance.close);
        }),
    };
  };
  const control = /** @type {const} */ (["empty store", "empty store again"]);
  const table = await bench.table({
    title: `start with ${n} ended sessions`,
    clock: "wall",
    warmUp: 5,
    control,
    cases: [
      await caseOf(control[0], urls.empty),
      await caseOf(control[1], urls.empty),
      await caseOf("ended sessions", urls.full),
    ],
  });
  const { cases } = table.record;
  const ms = (/** @type {string} */ name) => `${((cases[name]?.median ?? 0) / 1000).toFixed(1)} ms`;
  bench.ratio("P32", table, (of) => (of["ended sessions"] ?? 0) / (of[control[0]] ?? 0), [
    `${ms("ended sessions")} with ${n} ended sessions, ${ms(control[0])} with an empty store`,
  ]);
}

/** @param {number} bytes */
function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
