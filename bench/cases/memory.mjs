// @ts-check
/** What a remembered credential weighs. */
import { FreshStrings, sha256 } from "../support/fresh-strings.mjs";
import { heap } from "../support/heap.mjs";
import {
  checkOf,
  cookieOf,
  facts,
  install,
  memoryStore,
  signInMany,
  tokenOf,
} from "../support/installation.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

/** @param {Bench} bench */
export async function run(bench) {
  const n = bench.full ? 100_000 : 4000;
  await bench.attempt(["P29"], () => weigh(bench, "P29", n, "access_token"));
  await bench.attempt(["P30"], () => weigh(bench, "P30", n, "session_token"));
}

/**
 * @param {Bench} bench
 * @param {string} row
 * @param {number} n
 * @param {"access_token" | "session_token"} kind
 */
async function weigh(bench, row, n, kind) {
  const store = await memoryStore();
  const byToken = kind === "access_token";
  const progress = (/** @type {number} */ share) => bench.progress(`${n} devices sign in`, share);
  const signedIn = { cookie: !byToken, tokens: byToken, progress };
  const issuer = await install({ store });
  let devices = await signInMany(issuer, n, signedIn);
  const fresh = new FreshStrings(
    devices.map((one) => (byToken ? tokenOf(one) : cookieOf(one)).token),
  );
  devices = [];

  // An instance that has seen none of them, so that all it gains is what it remembers.
  const endsession = await install({ store });
  const check = checkOf(endsession);
  await endsession.sessions.authenticate({ kind, token: fresh.at(0) }, { request: facts });
  const before = heap();
  for (let index = 0; index < n; index += 1) {
    await endsession.sessions.authenticate({ kind, token: fresh.at(index) }, { request: facts });
  }
  const remembered = (heap() - before) / n;
  let known = 0;
  for (let index = 0; index < n; index += 1) {
    if (check({ kind, token: fresh.at(index) }, { request: facts })) known += 1;
  }
  if (known < n) throw new Error(`of ${n} credentials only ${known} were remembered`);

  const start = heap();
  const anchor = byToken
    ? Array.from({ length: n }, (_, index) => fresh.at(index))
    : new Map(Array.from({ length: n }, (_, index) => [sha256(fresh.at(index)), index]));
  const least = (heap() - start) / n;
  const size = "length" in anchor ? anchor.length : anchor.size;
  bench.exact(row, remembered / least, {
    n: size,
    notes: [`${Math.round(remembered)} bytes each, the anchor ${Math.round(least)}`],
  });
  await endsession.close();
}
