// @ts-check
/** How often the store is asked: counted, so that no noise can hide a query. */
import { setTimeout as wait } from "node:timers/promises";
import { countingStore } from "../support/counting-store.mjs";
import {
  cookieOf,
  expectOutcome,
  facts,
  install,
  memoryStore,
  signInMany,
  tokenOf,
} from "../support/installation.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

const options = { request: facts };

/** @param {Bench} bench */
export async function run(bench) {
  await bench.attempt(["P10", "P12"], () => steadyState(bench));
  await bench.attempt(["P11.one", "P11.same", "P11.many"], () => firstSight(bench));
}

/** @param {Bench} bench */
async function steadyState(bench) {
  const counting = countingStore(await memoryStore());
  const endsession = await install({ store: counting.store });
  const devices = await signInMany(endsession, 10);
  const presented = [...devices.map(cookieOf), ...devices.map(tokenOf)];
  // Twice: the first use of an access token is noted, which the second sight must find done.
  for (const one of [...presented, ...presented]) {
    expectOutcome(await endsession.sessions.authenticate(one, options), "live");
  }
  counting.reset();
  const requests = 10_000;
  for (let index = 0; index < requests; index += 1) {
    const one = presented[index % presented.length] ?? { kind: "session_token", token: "" };
    expectOutcome(await endsession.sessions.authenticate(one, options), "live");
  }
  const asked = counting.asked();
  bench.exact("P10", asked.length, { n: requests, notes: [...new Set(asked)] });

  // Idle, and with requests: whichever is worse.
  let worst = 0;
  for (const busy of [false, true]) {
    bench.progress("background queries", busy ? 0.5 : 0);
    counting.reset();
    const until = performance.now() + 1500;
    while (performance.now() < until) {
      await wait(20);
      for (const one of busy ? presented : []) await endsession.sessions.authenticate(one, options);
    }
    for (const times of counting.calls.values()) worst = Math.max(worst, rateOf(times));
  }
  bench.exact("P12", Math.round(worst * 10) / 10, { notes: ["the most of any kind of call"] });
  await endsession.close();
}

/** Calls per second, from the first to the last. @param {readonly number[]} times */
function rateOf(times) {
  const [first = 0] = times;
  const passed = (times.at(-1) ?? 0) - first;
  return passed > 0 ? ((times.length - 1) / passed) * 1000 : 0;
}

/** @param {Bench} bench */
async function firstSight(bench) {
  const store = await memoryStore();
  const [early, one, ...devices] = await signInMany(await install({ store }), 1102, {
    tokens: false,
  });
  if (!early || !one) return;
  const counting = countingStore(store);
  const fresh = await install({ store: counting.store });
  // Whatever an instance does at its start is done now.
  await fresh.sessions.authenticate(cookieOf(early), options);
  const finds = () => counting.calls.get("find")?.length ?? 0;

  counting.reset();
  for (const device of devices.slice(0, 100)) {
    expectOutcome(await fresh.sessions.authenticate(cookieOf(device), options), "live");
  }
  bench.exact("P11.one", finds() / 100, { n: 100 });

  const another = countingStore(store);
  const second = await install({ store: another.store });
  await second.sessions.authenticate(cookieOf(early), options);
  another.reset();
  const presented = cookieOf(one);
  const same = Array.from({ length: 100 }, () => second.sessions.authenticate(presented, options));
  for (const answer of await Promise.all(same)) expectOutcome(answer, "live");
  bench.exact("P11.same", another.calls.get("find")?.length ?? 0, { n: 100 });

  another.reset();
  const many = devices
    .slice(100)
    .map((device) => second.sessions.authenticate(cookieOf(device), options));
  for (const answer of await Promise.all(many)) expectOutcome(answer, "live");
  bench.exact("P11.many", another.calls.get("find")?.length ?? 0, { n: many.length });
}
