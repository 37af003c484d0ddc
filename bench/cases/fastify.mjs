// @ts-check
/**
 * A checked request on Fastify against the bare handler: the processor time of this process, which
 * serves, while another one asks.
 */
import Fastify from "fastify";
import { protect } from "endsession/fastify";
import { install, signInMany, userAgent } from "../support/installation.mjs";
import { startLoad } from "../support/load.mjs";
import { pin } from "../support/pin.mjs";
import { get } from "../support/wire.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("endsession").Credentials} Credentials
 * @typedef {(path: string, one: Credentials) => string} RequestOf
 */

const batch = 1000;
const users = 500;

/** @type {RequestOf} */
const byCookie = (path, { sessionToken }) =>
  get(path, { "User-Agent": userAgent, Cookie: `theme=dark; __Host-es_session=${sessionToken}` });
/** @type {RequestOf} */
const byToken = (path, { accessToken }) =>
  get(path, { "User-Agent": userAgent, Authorization: `Bearer ${accessToken}` });

/** @param {Bench} bench */
export async function run(bench) {
  const endsession = await install();
  const app = await serve(endsession);
  const pinned = pin(process.pid, "server");
  const load = startLoad();
  const send = (/** @type {string[]} */ requests, status = 200, count = requests.length) =>
    load.send(app.port, requests, count, status);
  const [signedOut, ...devices] = await signInMany(endsession, users + 1);
  if (signedOut) await correct(endsession, send, signedOut);

  /** @type {(id: string, what: string, requestOf: RequestOf) => Promise<void>} */
  const row = async (id, what, requestOf) => {
    if (!bench.wants(id)) return;
    const bare = devices.map((one) => requestOf("/bare", one));
    const checked = devices.map((one) => requestOf("/checked", one));
    const table = await bench.table({
      title: `Fastify, ${what}`,
      clock: "cpu",
      rounds: 51,
      fullRounds: 201,
      warmUp: 5,
      seconds: 8,
      tolerance: 0.1,
      control: ["bare", "bare again"],
      cases: [
        { name: "bare", batch, run: () => send(bare, 200, batch) },
        { name: "bare again", batch, run: () => send(bare, 200, batch) },
        { name: "checked", batch, run: () => send(checked, 200, batch) },
      ],
    });
    const { cases } = table.record;
    const least = cases["bare"]?.median ?? 0;
    const added = (cases["checked"]?.median ?? 0) - least;
    bench.ratio(id, table, (of) => (of["checked"] ?? 0) / (of["bare"] ?? 0), [
      `${added.toFixed(1)} µs on top of ${least.toFixed(1)}`,
      ...(pinned ? [] : ["not pinned to a core"]),
    ]);
  };
  await row("P1", "session cookie", byCookie);
  await row("P2", "access token", byToken);
}

/** @param {import("endsession").EndSession} endsession */
async function serve(endsession) {
  const app = Fastify();
  app.get("/bare", (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { ok: true };
  });
  app.get("/checked", { onRequest: protect(endsession) }, () => ({ ok: true }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: /** @type {import("node:net").AddressInfo} */ (app.server.address()).port };
}

/**
 * 200 with the credential, 401 without and after the logout.
 * @param {import("endsession").EndSession} endsession
 * @param {(requests: string[], status?: number) => Promise<number>} send
 * @param {Credentials} device
 */
async function correct(endsession, send, device) {
  const requests = [byCookie("/checked", device), byToken("/checked", device)];
  await send(requests, 200);
  await send([get("/checked", {})], 401);
  await endsession.sessions.end({ kind: "session_token", token: device.sessionToken ?? "" });
  await send(requests, 401);
}
