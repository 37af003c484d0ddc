// @ts-check
/**
 * From the answer of a logout at one instance until another instance refuses the credential, and
 * how often that other one accepts it once more: ours in bounded mode, with wake-ups by Redis,
 * beside an application that asks Redis at every request.
 */
import { setTimeout as wait } from "node:timers/promises";
import { quantile, median, upperShare } from "../harness/statistics.mjs";
import { startInstances } from "../support/instances.mjs";
import { startLoad } from "../support/load.mjs";
import { logout, use } from "../support/requests.mjs";
import { saturate } from "../support/saturation.mjs";
import { startPostgres, startRedis } from "../support/services.mjs";
import { Client } from "../support/wire.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../support/instances.mjs").Instance} Instance
 *
 * @typedef {object} Pair   two instances of one application
 * @property {Instance} ender
 * @property {Instance} other
 * @property {Client} toEnder
 * @property {Client} toOther
 * @property {string[]} load   requests of devices that stay signed in
 *
 * @typedef {object} Revocation
 * @property {number} refused    milliseconds until the first 401 had arrived
 * @property {number} accepted   milliseconds until the last request was sent that was accepted; 0 for none
 */

/** Logouts of one run, runs that make one p99, and how long an end may stay unnoticed, in ms. */
const logouts = 10;
const block = 20;
const hopeless = 10_000;
/** B, by default, and how soon a load is felt for certain, in milliseconds. */
const bound = 2000;
const untilFelt = 20;

const names = { ours: "endsession", anchor: "asking Redis", again: "asking Redis again" };

/** @param {Bench} bench */
export async function run(bench) {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const load = startLoad();
  const settings = {
    postgres: postgres.url,
    redis: redis.url,
    prefix: "endsession:",
    consistency: "bounded",
    pinned: true,
  };
  /** @type {Pair[]} */
  const pairs = [];
  try {
    for (const file of ["endsession.mjs", "asking-redis.mjs"]) {
      pairs.push(await startPair(file, settings));
    }
    const [ours, asking] = pairs;
    if (!ours || !asking) return;
    await bench.attempt(["P13.idle"], () => measure(bench, "P13.idle", ours, asking, null));
    await bench.attempt(["P13.saturated", "P14"], () =>
      measure(bench, "P13.saturated", ours, asking, load),
    );
  } finally {
    load.stop();
    await Promise.all(pairs.flatMap(({ ender, other }) => [ender.kill(), other.kill()]));
    await Promise.all([redis.stop(), postgres.stop()]);
  }
}

/** @param {string} file @param {object} settings @returns {Promise<Pair>} */
async function startPair(file, settings) {
  const [ender, other] = await startInstances(file, [settings, settings]);
  if (!ender || !other) throw new Error("there are not two instances");
  const load = (await ender.start(100)).map(use);
  const toOther = new Client(other.port);
  await toOther.expect(use("nobody"), 401);
  for (const request of load) await toOther.expect(request, 200);
  return { ender, other, toEnder: new Client(ender.port), toOther, load };
}

/**
 * @param {Bench} bench
 * @param {"P13.idle" | "P13.saturated"} row
 * @param {Pair} ours
 * @param {Pair} asking
 * @param {import("../support/load.mjs").Load | null} load
 */
async function measure(bench, row, ours, asking, load) {
  /** @type {Record<string, Revocation[]>} */
  const seen = {};
  const caseOf = (/** @type {string} */ name, /** @type {Pair} */ pair) => {
    /** @type {string[]} */
    let tokens = [];
    let counts = false;
    return {
      name,
      batch: 1,
      run: () => 0,
      async prepare(/** @type {number} */ round) {
        tokens = await pair.ender.start(logouts);
        // Twice: from the second time on it is answered as it always is.
        for (const token of [...tokens, ...tokens]) await pair.toOther.expect(use(token), 200);
        counts = round >= 0;
      },
      async own() {
        const stop = load && saturate(load, pair.other.port, pair.load);
        if (load) await wait(untilFelt);
        /** @type {Revocation[]} */
        const some = [];
        for (const token of tokens) some.push(await revoke(pair, token));
        await stop?.();
        if (counts) seen[name] = [...(seen[name] ?? []), ...some];
        return median(some.map(({ refused }) => refused)) * 1000;
      },
    };
  };
  const table = await bench.table({
    title: `logouts until they are felt elsewhere, ${load ? "saturated" : "idle"}`,
    clock: "wall",
    rounds: 2 * block,
    fullRounds: 300,
    tolerance: 0.1,
    control: [names.anchor, names.again],
    cases: [caseOf(names.anchor, asking), caseOf(names.again, asking), caseOf(names.ours, ours)],
  });
  const [own, anchor] = [seen[names.ours] ?? [], seen[names.anchor] ?? []];
  const p99 = blocksOf(anchor).map((some) => quantile(some, 0.99));
  const values = blocksOf(own).map((some, at) => quantile(some, 0.99) / (p99[at] ?? Number.NaN));
  const stale = own.filter(({ accepted }) => accepted > 0);
  const worst = Math.max(...own.map(({ accepted }) => accepted));
  const accepted = `${((stale.length / own.length) * 100).toFixed(1)} % were accepted once more`;
  bench.values(row, "wall", values, {
    doubts: table.record.doubts,
    notes: [`${told(own)}, the anchor ${told(anchor)}`, accepted],
  });
  if (load === null) return;
  bench.exact("P14", stale.length / own.length, {
    n: own.length,
    high: upperShare(stale.length, own.length),
    notes: [`the worst ${worst.toFixed(1)} ms after the answer, ${(worst / bound).toFixed(3)} B`],
  });
}

/** @param {readonly Revocation[]} all */
function told(all) {
  const times = all.map(({ refused }) => refused);
  return `p50 ${median(times).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`;
}

/** Signs out at one instance, and asks the other until it refuses. @param {Pair} pair @param {string} token @returns {Promise<Revocation>} */
async function revoke({ toEnder, toOther }, token) {
  const { answeredAt } = await toEnder.expect(logout(token), 200);
  let accepted = 0;
  for (;;) {
    const seen = await toOther.ask(use(token));
    if (seen.status === 401) return { refused: seen.answeredAt - answeredAt, accepted };
    if (seen.status !== 200) throw new Error(`an ended credential was answered ${seen.status}`);
    accepted = seen.sentAt - answeredAt;
    if (accepted > hopeless) throw new Error("an ended credential is accepted for ever");
  }
}

/** @param {readonly Revocation[]} all @returns {number[][]} */
function blocksOf(all) {
  const size = block * logouts;
  return Array.from({ length: Math.floor(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size).map(({ refused }) => refused),
  );
}
