// @ts-check
/**
 * How long a strict logout takes beside one that does not wait, while other instances hold leases.
 * Both are asked of the same installation: one instance is strict, one bounded, and to each the
 * other is one of those that hold a lease.
 */
import { setTimeout as wait } from "node:timers/promises";
import { median } from "../harness/statistics.mjs";
import { startInstances } from "../support/instances.mjs";
import { logout, use } from "../support/requests.mjs";
import { startPostgres, startRedis } from "../support/services.mjs";
import { Client } from "../support/wire.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../support/instances.mjs").Instance} Instance
 */

const holders = [1, 2, 8];
/** Logouts of one run. */
const logouts = 12;
/** B, by default, in milliseconds. */
const bound = 2000;
/** What the others do after an answer that did not wait for them is over by then, in milliseconds. */
const pause = 5;

const names = {
  anchor: "not waiting",
  again: "not waiting again",
  ours: "waiting",
  alone: "with nobody to wait for",
};

/** @param {Bench} bench */
export async function run(bench) {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  try {
    for (const [name, url] of [
      ["P17", redis.url],
      ["P17.postgres", null],
    ]) {
      for (const count of holders) {
        const row = `${name}.${count}`;
        await bench.attempt([row], async () => {
          const settings = { redis: url, prefix: `${row}:`, pinned: false };
          await measure(bench, row, count, settings, postgres);
        });
      }
    }
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
  }
}

/**
 * @param {Bench} bench @param {string} row @param {number} count @param {object} settings
 * @param {import("../support/services.mjs").Postgres} postgres
 */
async function measure(bench, row, count, settings, postgres) {
  const bounded = { ...settings, consistency: "bounded", postgres: await postgres.database() };
  const strict = { ...bounded, consistency: "strict" };
  const shared = [bounded, ...Array.from({ length: count }, () => strict)];
  const instances = await startInstances("endsession.mjs", shared);
  const own = { ...bounded, prefix: `${row}:alone:`, postgres: await postgres.database() };
  const single = await startInstances("endsession.mjs", [own]);
  try {
    const clients = instances.map(({ port }) => new Client(port));
    // Who is strict waits for B as long as it has not watched the others for B.
    await wait(bound * 1.25);
    const table = await bench.table({
      title: `logouts with ${count} other instances, ${row}`,
      clock: "wall",
      warmUp: 3,
      tolerance: 0.1,
      disk: true,
      control: [names.anchor, names.again],
      cases: [
        caseOf(names.anchor, instances[0], clients),
        caseOf(names.again, instances[0], clients),
        caseOf(names.ours, instances[1], clients),
        caseOf(
          names.alone,
          single[0],
          single.map(({ port }) => new Client(port)),
        ),
      ],
    });
    const { cases } = table.record;
    const told = [names.anchor, names.ours, names.alone].map(
      (name) => `${((cases[name]?.median ?? 0) / 1000).toFixed(2)} ms ${name}`,
    );
    const ratio = (/** @type {Record<string, number>} */ of) =>
      (of[names.ours] ?? 0) / (of[names.anchor] ?? 0);
    bench.ratio(row, table, ratio, [told.join(", ")]);
  } finally {
    await Promise.all([...instances, ...single].map((instance) => instance.kill()));
  }
}

/**
 * The median of some logouts at one instance, of sessions that all instances have in memory.
 * @param {string} name @param {Instance | undefined} at @param {readonly Client[]} clients
 * @returns {import("../harness/rounds.mjs").Case}
 */
function caseOf(name, at, clients) {
  if (!at) throw new Error("there is nobody to log out at");
  const client = new Client(at.port);
  /** @type {string[]} */
  let tokens = [];
  return {
    name,
    batch: 1,
    run: () => 0,
    async prepare() {
      tokens = await at.start(logouts);
      await Promise.all(
        clients.map(async (other) => {
          for (const token of tokens) await other.expect(use(token), 200);
        }),
      );
      await wait(4 * pause);
    },
    async own() {
      /** @type {number[]} */
      const times = [];
      for (const token of tokens) {
        const { sentAt, answeredAt } = await client.expect(logout(token), 200);
        times.push(answeredAt - sentAt);
        await wait(pause);
      }
      return median(times) * 1000;
    },
  };
}
