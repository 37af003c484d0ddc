// @ts-check
/**
 * How long an instance goes on accepting what has ended while its way to the database is cut or
 * black-holed, or while it stands still. Bounded mode over PostgreSQL alone, B at its default.
 */
import { setTimeout as wait } from "node:timers/promises";
import { randomFrom } from "../harness/statistics.mjs";
import { startInstances } from "../support/instances.mjs";
import { logout, use } from "../support/requests.mjs";
import { startPostgres, startProxy } from "../support/services.mjs";
import { present } from "../support/steady.mjs";
import { Client } from "../support/wire.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../support/instances.mjs").Instance} Instance
 * @typedef {import("../support/services.mjs").Proxy} Proxy
 * @typedef {{ victim: Instance, proxy: Proxy }} Scene
 * @typedef {Scene & { ender: Instance, toEnder: Client, toVictim: Client }} Stage
 *
 * @typedef {object} Fault
 * @property {(scene: Scene) => unknown} strike
 * @property {(scene: Scene) => unknown} heal
 * @property {(share: number) => number} until   in parts of B; from the first trial, 0, to the last, 1
 */

/** B, by default, and the pause between two polls, in milliseconds. */
const bound = 2000;
const interval = 500;
/** How many sessions end in a trial, and how often one of them is presented, in milliseconds. */
const sessions = 4;
const every = 5;
/** How long a trial watches, in parts of B. */
const watched = 1.25;

/** @type {Record<string, Fault>} */
const faults = {
  "P15.cut": {
    strike: ({ proxy }) => proxy.mode("cut"),
    heal: ({ proxy }) => proxy.mode("pass"),
    until: () => watched,
  },
  "P15.hole": {
    strike: ({ proxy }) => proxy.mode("hole"),
    heal: ({ proxy }) => proxy.mode("pass"),
    until: () => watched,
  },
  "P15.stopped": {
    strike: ({ victim }) => victim.freeze(),
    heal: ({ victim }) => victim.thaw(),
    // It answers what has waited for it: the later it goes on within its lease, the older.
    until: (share) => 0.7 + share * 0.35,
  },
};

/** @param {Bench} bench */
export async function run(bench) {
  const postgres = await startPostgres();
  const proxy = await startProxy(postgres.port);
  /** @type {Instance[]} */
  let instances = [];
  try {
    const settings = { redis: null, prefix: "", consistency: "bounded", pinned: false };
    const proxied = postgres.url.replace(`:${postgres.port}/`, `:${proxy.port}/`);
    instances = await startInstances("endsession.mjs", [
      { ...settings, postgres: postgres.url },
      { ...settings, postgres: proxied },
    ]);
    const [ender, victim] = instances;
    if (!ender || !victim) return;
    const toEnder = new Client(ender.port);
    const toVictim = new Client(victim.port);
    const stage = { ender, victim, proxy, toEnder, toVictim };
    await toVictim.expect(use("nobody"), 401);
    for (const [row, fault] of Object.entries(faults)) {
      await bench.attempt([row], () => measure(bench, row, fault, stage));
    }
  } finally {
    await Promise.all(instances.map((instance) => instance.kill()));
    await proxy.close();
    await postgres.stop();
  }
}

/** @param {Bench} bench @param {string} row @param {Fault} fault @param {Stage} stage */
async function measure(bench, row, fault, stage) {
  const trials = (bench.full ? 12 : 3) * bench.factor;
  const random = randomFrom(1);
  /** @type {number[]} */
  const ages = [];
  for (let trial = 0; trial < trials; trial += 1) {
    // Somewhere between two polls.
    await wait(2 * interval + random() * interval);
    ages.push(await strike(fault, stage, fault.until(trial / (trials - 1)) * bound));
    bench.progress(row, (trial + 1) / trials);
  }
  if (Math.max(...ages) === 0) throw new Error("the fault was not felt: nothing was accepted on");
  const all = ages.map((age) => (age / bound).toFixed(2)).join(", ");
  bench.exact(row, Math.max(...ages) / bound, {
    n: trials * sessions,
    notes: [`the worst of each of ${trials} faults: ${all} B`],
  });
}

/**
 * How many milliseconds after the answer to its end a credential was presented at last that the
 * victim accepted; the worst of some.
 * @param {Fault} fault @param {Stage} stage @param {number} heals in milliseconds
 */
async function strike(fault, stage, heals) {
  const { ender, victim, toEnder, toVictim } = stage;
  const tokens = await ender.start(sessions);
  for (const token of [...tokens, ...tokens]) await toVictim.expect(use(token), 200);
  const stop = present(victim.port, tokens.map(use), every);
  await wait(20 * every);

  await fault.strike(stage);
  const struckAt = performance.now();
  const left = (/** @type {number} */ after) => Math.max(0, struckAt + after - performance.now());
  /** @type {number[]} */
  const endedAt = [];
  for (const token of tokens) {
    endedAt.push((await toEnder.expect(logout(token), 200)).answeredAt);
  }
  await wait(left(heals));
  await fault.heal(stage);
  await wait(left(watched * bound));
  const seen = await stop();
  for (const token of tokens) await refused(toVictim, token);
  const late = seen.flatMap((answers, at) =>
    answers
      .filter(({ status }) => status === 200)
      .map(({ sentAt }) => sentAt - (endedAt[at] ?? Number.NaN)),
  );
  return Math.max(0, ...late);
}

/** Waits until the victim can ask again, and refuses. @param {Client} client @param {string} token */
async function refused(client, token) {
  for (let attempt = 1; attempt <= 500; attempt += 1) {
    const { status } = await client.ask(use(token));
    if (status === 401) return;
    if (status === 200) throw new Error("an ended credential is accepted after the fault");
    await wait(20);
  }
  throw new Error("the instance does not answer after the fault");
}
