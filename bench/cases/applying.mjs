// @ts-check
/**
 * How long an instance does nothing else when somebody of whom it remembers 10 000 credentials is
 * logged out everywhere.
 */
import { setImmediate as turn } from "node:timers/promises";
import { sqliteStore } from "endsession/sqlite";
import { inFlight } from "../support/in-flight.mjs";
import {
  checkOf,
  cookieOf,
  expectOutcome,
  facts,
  install,
  installOnFile,
  signInMany,
  tokenOf,
} from "../support/installation.mjs";
import { watchedFeed } from "../support/watched-feed.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../harness/rounds.mjs").Case} Case
 * @typedef {import("endsession").Presented} Presented
 */

/** Nothing here is to be written down, as every minute of activity is. */
const options = { request: facts, activity: false };
/** As many as the library lets a user have. */
const sessionLimit = 1000;
/** A cookie, and access tokens of as many refreshes, of each session. */
const credentialsEach = 10;
/** How many checks are timed in a round. */
const turns = 20;

/** @param {Bench} bench */
export async function run(bench) {
  const { database, endsession: ender } = await installOnFile({
    consistency: "bounded",
    sessionLimit,
  });
  const watched = watchedFeed(await sqliteStore(database));
  const follower = await install({ store: watched.store });
  const check = checkOf(follower);

  bench.progress("signing in", 0);
  const many = await credentialsOf(ender, "many", sessionLimit);
  const few = await credentialsOf(ender, "few", 1);
  const others = await credentialsOf(ender, "others", 100);
  // As in an instance that runs for a while: ends are nothing new to it.
  const strangers = await signInMany(ender, 20_000, { tokens: false, prefix: "stranger" });
  await inFlight(64, strangers, (device) => ender.sessions.end(cookieOf(device)));
  await watched.applied();

  /** Has the follower remember a user's credentials, which live again if they had ended. */
  const remember =
    (/** @type {string} */ userId, /** @type {Presented[]} */ presented) => async () => {
      database.exec(`update users set auth_version = 1 where id = '${userId}'`);
      await inFlight(512, presented, (known) => follower.sessions.authenticate(known, options));
      for (const known of presented) expectOutcome(check(known, options), "live");
      globalThis.gc?.({ type: "minor" });
    };
  const expectForgotten = (/** @type {Presented[]} */ presented) => {
    if (!presented.some((known) => check(known, options)?.outcome === "live")) return;
    throw new Error("an end was not applied");
  };

  const name = (/** @type {Presented[]} */ { length }) => `logout-all of ${length}`;
  /**
   * From when the feed has been read until the end is applied and about to be acknowledged.
   * @type {(userId: string, presented: Presented[]) => Case}
   */
  const learn = (userId, presented) => ({
    name: name(presented),
    batch: 1,
    run: () => 0,
    prepare: remember(userId, presented),
    async own() {
      await otherWork();
      const applied = watched.applied();
      await ender.sessions.endAll({ userId });
      const time = await applied;
      expectForgotten(presented);
      return time;
    },
  });
  /** Whatever is timed comes after other work, and finds the processor's caches used by it. */
  const otherWork = async () => {
    await signInMany(ender, 5, { prefix: "somebody" });
    await turn();
  };
  let place = 0;
  const nobody = /** @type {const} */ ({ kind: "session_token", token: "" });
  /** @type {(again: string) => Case} */
  const checks = (again) => ({
    name: again,
    batch: turns,
    run: () => 0,
    prepare: remember("others", others),
    async own() {
      let time = 0;
      for (let count = 0; count < turns; count += 1) {
        const known = others[(place += 1) % others.length] ?? nobody;
        await otherWork();
        const started = performance.now();
        expectOutcome(check(known, options), "live");
        time += performance.now() - started;
      }
      return time * 1000;
    },
  });
  const control = /** @type {const} */ (["check()", "check() again"]);
  const table = await bench.table({
    title: `a logout-all of ${many.length} remembered credentials`,
    clock: "wall",
    warmUp: 3,
    control,
    cases: [...control.map(checks), learn("few", few), learn("many", many)],
  });
  const micro = (/** @type {string} */ one) =>
    `${(table.record.cases[one]?.median ?? 0).toFixed(1)} µs`;
  bench.ratio("P24", table, (of) => (of[name(many)] ?? 0) / (of[control[0]] ?? 0), [
    `with ${many.length} credentials ${micro(name(many))}, with ${few.length} ${micro(name(few))}`,
    `a check() after other work ${micro(control[0])}`,
  ]);
}

/**
 * Signs one user in, and gives ten credentials of each session.
 * @param {import("endsession").EndSession} endsession
 * @param {string} userId @param {number} n
 */
async function credentialsOf(endsession, userId, n) {
  /** @type {Presented[]} */
  const all = [];
  await inFlight(64, Array.from({ length: n }), async () => {
    const device = await endsession.sessions.start({
      userId,
      tokens: { clientId: null },
      request: facts,
    });
    all.push(cookieOf(device), tokenOf(device));
    let { refreshToken } = device;
    for (let count = 2; count < credentialsEach; count += 1) {
      const answer = await endsession.sessions.refresh(refreshToken ?? "");
      if (answer.outcome !== "refreshed") throw new Error(`a refresh was ${answer.outcome}`);
      ({ refreshToken } = answer);
      all.push({ kind: "access_token", token: answer.accessToken });
    }
  });
  return all;
}
