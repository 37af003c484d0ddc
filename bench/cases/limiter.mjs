// @ts-check
/**
 * What strangers can make the limiter remember. They come from any number of networks, whose keys
 * share a table of fixed size; a user's key takes a user who has signed in.
 */
import { randomBytes } from "node:crypto";
import { junkCookie } from "../support/forgeries.mjs";
import { install } from "../support/installation.mjs";
import { heap } from "../support/heap.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

const origin = "https://app.example";

/** @param {Bench} bench */
export async function run(bench) {
  const keys = bench.full ? 10_000_000 : 1_000_000;
  const requests = bench.full ? 100_000 : 10_000;
  const endsession = await install();
  const logout = (/** @type {string} */ address) => {
    const headers = { cookie: `__Host-es_session=${junkCookie()}`, origin };
    const request = new Request(`${origin}/logout`, { method: "POST", headers });
    return endsession.handler.fetch(request, { address });
  };
  // From one network: the limit works, and all that a logout takes is there.
  for (let time = 1; time <= 21; time += 1) {
    const { status } = await logout("192.0.2.1");
    if (status !== (time === 21 ? 429 : 200)) throw new Error(`logout ${time} was a ${status}`);
  }

  const before = heap();
  for (let index = 0; index < requests; index += 1) {
    await logout(networks.next());
    if (index % 1000 === 0) bench.progress("logouts from random networks", index / requests);
  }
  const byRoute = heap() - before;
  // The rest goes to the limiter itself, by the keys that the route gives it.
  const { rateLimit } = endsession.http.settings;
  for (let index = requests; index < keys; index += 1) {
    await rateLimit.count(`network ${networks.next()}::/64`);
    if (index % 100_000 === 0) bench.progress("random keys", index / keys);
  }
  const growth = heap() - before;
  bench.exact("P34", Math.max(growth, byRoute) / 1e6, {
    n: keys,
    notes: [`${requests} of them by POST /logout, after which it was ${mb(byRoute)}`],
  });
  await endsession.close();
}

const networks = {
  /** A random network of the public part of IPv6. */
  next() {
    const hex = randomBytes(8)
      .toString("hex")
      .replaceAll(/(....)(?=.)/g, "$1:");
    return `2${hex.slice(1)}`;
  },
};

/** @param {number} bytes */
function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
