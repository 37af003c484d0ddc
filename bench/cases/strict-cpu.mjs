// @ts-check
/**
 * What a strict end costs in processor time for each instance that holds a lease, 64 ends in
 * flight, beside the same installation with one acknowledgement for every end. The time of the
 * holders, of Redis and of PostgreSQL, less what the two stores use with no holder at all.
 */
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "redis";
import { startInstances } from "../support/instances.mjs";
import { use } from "../support/requests.mjs";
import { startPostgres, startRedis } from "../support/services.mjs";
import { postgresCpu, redisCpu } from "../support/store-cpu.mjs";
import { Client } from "../support/wire.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../support/instances.mjs").Instance} Instance
 * @typedef {import("../support/services.mjs").Postgres} Postgres
 */

const holders = 4;
/** Ends of one run. */
const ends = 640;
/** B, by default, in milliseconds. */
const bound = 2000;
/** After the answers: until the last acknowledgement was read by everybody, in milliseconds. */
const trailing = 50;

const names = {
  alone: "no holder",
  anchor: "one acknowledgement per end",
  again: "one acknowledgement per end again",
  ours: "one acknowledgement per read",
};

/** @param {Bench} bench */
export async function run(bench) {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const client = await createClient({ url: redis.url }).connect();
  const stores = async () => (await redisCpu(client)) + postgresCpu(postgres);
  /** @type {Instance[][]} */
  const all = [];
  const open = async (/** @type {number} */ count, eachEnd = false) => {
    const settings = {
      postgres: await postgres.database(),
      redis: redis.url,
      prefix: `p18-${all.length}:`,
      consistency: "strict",
      pinned: false,
    };
    const instances = await startInstances("endsession.mjs", [
      settings,
      ...Array.from({ length: count }, () => ({ ...settings, eachEnd })),
    ]);
    all.push(instances);
    return instances;
  };
  try {
    const [alone, anchor, ours] = [await open(0), await open(holders, true), await open(holders)];
    await wait(bound * 1.25);
    const table = await bench.table({
      title: "strict ends, 64 in flight",
      clock: "cpu",
      rounds: 7,
      fullRounds: 31,
      warmUp: 2,
      tolerance: 0.1,
      control: [names.anchor, names.again],
      cases: [
        caseOf(names.alone, alone, stores),
        caseOf(names.anchor, anchor, stores),
        caseOf(names.again, anchor, stores),
        caseOf(names.ours, ours, stores),
      ],
    });
    const cost = (/** @type {Record<string, number>} */ of, /** @type {string} */ name) =>
      ((of[name] ?? 0) - (of[names.alone] ?? 0)) / holders;
    const { cases } = table.record;
    const medians = Object.fromEntries(Object.entries(cases).map(([name, c]) => [name, c.median]));
    bench.ratio("P18", table, (of) => cost(of, names.ours) / cost(of, names.anchor), [
      `${cost(medians, names.ours).toFixed(1)} µs an end and holder, ` +
        `the anchor ${cost(medians, names.anchor).toFixed(1)} µs`,
    ]);
  } finally {
    client.destroy();
    await Promise.all(all.flat().map((instance) => instance.kill()));
    await Promise.all([redis.stop(), postgres.stop()]);
  }
}

/**
 * @param {string} name
 * @param {readonly Instance[]} instances   who ends, and those that hold leases
 * @param {() => Promise<number>} stores
 * @returns {import("../harness/rounds.mjs").Case}
 */
function caseOf(name, [ender, ...others], stores) {
  if (!ender) throw new Error("there is nobody who ends");
  const clients = others.map(({ port }) => new Client(port));
  const used = async () => {
    const own = await Promise.all(others.map((one) => one.cpu()));
    return own.reduce((sum, one) => sum + one, await stores());
  };
  /** @type {string[]} */
  let tokens = [];
  return {
    name,
    batch: ends,
    run: () => 0,
    async prepare() {
      tokens = await ender.start(ends);
      // A tenth of them is in the memory of everybody.
      for (const token of tokens.slice(0, ends / 10)) {
        await Promise.all(clients.map((client) => client.expect(use(token), 200)));
      }
      await wait(trailing);
    },
    async own() {
      const before = await used();
      await ender.tell("end", tokens);
      await wait(trailing);
      return (await used()) - before;
    },
  };
}
