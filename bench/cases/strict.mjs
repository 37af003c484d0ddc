// @ts-check
/**
 * The strict promise while instances die: nothing is accepted after the answer, and nobody waits
 * much longer for it than B.
 */
import { setTimeout as wait } from "node:timers/promises";
import { median, randomFrom, upperShare } from "../harness/statistics.mjs";
import { inFlight } from "../support/in-flight.mjs";
import { startInstances } from "../support/instances.mjs";
import { startLoad } from "../support/load.mjs";
import { logout, use } from "../support/requests.mjs";
import { saturate } from "../support/saturation.mjs";
import { startPostgres, startRedis } from "../support/services.mjs";
import { Client } from "../support/wire.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../support/instances.mjs").Instance} Instance
 * @typedef {import("../support/services.mjs").Postgres} Postgres
 */

/** B, by default, and the pause between two polls, in milliseconds. */
const bound = 2000;
const interval = 500;
/** Who logs out at any moment (P16). */
const people = 4;

/** @param {Bench} bench */
export async function run(bench) {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const settings = { redis: redis.url, consistency: "strict" };
  try {
    await bench.attempt(["P16"], async () => {
      const own = { ...settings, postgres: await postgres.database(), prefix: "p16:" };
      await underLoad(bench, { ...own, pinned: true });
    });
    await bench.attempt(["P19"], async () => {
      const own = { ...settings, postgres: await postgres.database(), prefix: "p19:" };
      await withTheDead(bench, { ...own, pinned: false });
    });
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
  }
}

/**
 * Logs out at one instance while another is saturated and a third is killed midway, and presents
 * the credential at both the moment that the answer is there.
 * @param {Bench} bench @param {object} settings
 */
async function underLoad(bench, settings) {
  const logouts = (bench.full ? 3000 : 300) * bench.factor;
  const load = startLoad();
  const instances = await startInstances("endsession.mjs", [settings, settings, settings]);
  const [ender, busy, doomed] = instances;
  if (!ender || !busy || !doomed) return;
  try {
    const stay = (await ender.start(100)).map(use);
    await load.send(busy.port, stay);
    const desks = Array.from({ length: people }, () => ({
      ender: new Client(ender.port),
      others: [busy, doomed].map(({ port }) => new Client(port)),
    }));
    const stop = saturate(load, busy.port, stay);
    const state = { done: 0, alive: true };
    /** @type {{ stale: number, late: number, asked: number }[]} */
    const seen = [];
    const work = async (/** @type {string} */ token) => {
      const desk = desks.pop();
      if (!desk) throw new Error("more log out than there are desks");
      const others = state.alive ? desk.others : desk.others.slice(0, 1);
      seen.push(await logOut(desk.ender, others, token, state));
      desks.push(desk);
      state.done += 1;
      if (state.done % 50 === 0) bench.progress("strict logouts", state.done / logouts);
      if (state.done < logouts / 2 || !state.alive) return;
      state.alive = false;
      await doomed.kill();
    };
    // A part of them at a time: who has waited for long is no longer what was seen last.
    for (let begun = 0; begun < logouts; begun += 100) {
      await inFlight(people, await ender.start(100), work);
    }
    await stop();
    const stale = seen.reduce((sum, one) => sum + one.stale, 0);
    const asked = seen.reduce((sum, one) => sum + one.asked, 0);
    const times = seen.map(({ late }) => late);
    bench.exact("P16", stale, {
      n: logouts,
      high: Math.ceil(upperShare(stale, logouts) * logouts),
      notes: [
        `${asked} requests were sent just after the answers`,
        `an answer took ${median(times).toFixed(1)} ms, at most ${Math.max(...times).toFixed(0)} ms`,
      ],
    });
  } finally {
    load.stop();
    await Promise.all(instances.map((instance) => instance.kill()));
  }
}

/**
 * @param {Client} ender @param {readonly Client[]} others @param {string} token
 * @param {{ alive: boolean }} state
 */
async function logOut(ender, others, token, state) {
  // So that they have it in memory; from who was killed meanwhile there is no answer.
  const known = await Promise.all(
    others.map(async (other) => [await other.ask(use(token)), await other.ask(use(token))]),
  );
  if (state.alive && known.flat().some(({ status }) => status !== 200)) {
    throw new Error("a live credential was not accepted");
  }
  const { sentAt, answeredAt } = await ender.expect(logout(token), 200);
  const after = await Promise.all(
    others.map(async (other) => [await other.ask(use(token)), await other.ask(use(token))]),
  );
  const answers = after.flat().filter(({ status }) => status !== null);
  if (answers.some(({ status }) => status !== 200 && status !== 401)) {
    throw new Error("an ended credential was answered neither 200 nor 401");
  }
  const stale = answers.some(({ status }) => status === 200) ? 1 : 0;
  return { stale, late: answeredAt - sentAt, asked: answers.length };
}

/**
 * Kills an instance that holds a lease, somewhere between two of its polls, and logs out at once.
 * @param {Bench} bench @param {object} settings
 */
async function withTheDead(bench, settings) {
  const trials = (bench.full ? 21 : 3) * bench.factor;
  const random = randomFrom(1);
  /** @type {number[]} */
  const waits = [];
  const [ender] = await startInstances("endsession.mjs", [settings]);
  if (!ender) return;
  try {
    const client = new Client(ender.port);
    for (let trial = 0; trial < trials; trial += 1) {
      const [holder] = await startInstances("endsession.mjs", [settings]);
      const [token = ""] = await ender.start(1);
      if (!holder) return;
      // The first time the ender has to have watched for B as well.
      await wait((trial === 0 ? 2 * bound : 2 * interval) + random() * interval);
      await new Client(holder.port).expect(use(token), 200);
      await holder.kill();
      const { sentAt, answeredAt } = await client.expect(logout(token), 200);
      waits.push((answeredAt - sentAt) / bound);
      bench.progress("strict, with a dead instance", (trial + 1) / trials);
    }
    const middle = median(waits).toFixed(2);
    const least = Math.min(...waits).toFixed(2);
    bench.exact("P19", Math.max(...waits), {
      n: trials,
      notes: [`the worst of ${trials} deaths; the least ${least} B, the median ${middle} B`],
    });
  } finally {
    await ender.kill();
  }
}
