// @ts-check
/** What an open event stream weighs, and whether the end of its session closes it. */
import { createServer } from "node:http";
import { once } from "node:events";
import { mount } from "endsession/node";
import { install, signInMany, userAgent } from "../support/installation.mjs";
import { startListeners } from "../support/listeners.mjs";
import { get } from "../support/wire.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

const users = 100;

/** @param {Bench} bench */
export async function run(bench) {
  const n = bench.full ? 10_000 : 1000;
  const caps = { perUser: n, perNetwork: n + 1 };
  const endsession = await install({ events: caps });
  const server = createServer(listenerOf(endsession)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const devices = await signInMany(endsession, users, { tokens: false });
  const requests = devices.map(({ sessionToken }) =>
    get("/events", { "User-Agent": userAgent, Cookie: `__Host-es_session=${sessionToken}` }),
  );
  const listeners = startListeners();
  // Once beforehand, so that what is counted is the streams and not the first of them.
  await listeners.open(port, requests, 100);
  await listeners.close();

  const before = resident();
  await listeners.open(port, requests, n);
  const each = (resident() - before) / n;
  bench.exact("streams.memory", each, { n, notes: [`${n} streams of ${users} sessions`] });

  for (const userId of new Set(devices.map(({ session }) => session.userId))) {
    await endsession.sessions.endAll({ userId });
  }
  bench.exact("streams.left", await listeners.left(), { n });
  listeners.stop();
  server.closeAllConnections();
  server.close();
  await endsession.close();
}

/** @param {import("endsession").EndSession} endsession */
function listenerOf(endsession) {
  const routes = mount(endsession);
  /** @type {import("node:http").RequestListener} */
  return (req, res) => routes(req, res, () => res.writeHead(404).end());
}

/** Resident memory without garbage. */
function resident() {
  for (let time = 0; time < 3; time += 1) globalThis.gc?.();
  return process.memoryUsage.rss();
}
