// @ts-check
/**
 * A checked request on Fastify and on Express against the bare handler: the processor time of this
 * process, which serves, while another one asks.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import Fastify from "fastify";
import { protect as protectExpress } from "endsession/express";
import { protect as protectFastify } from "endsession/fastify";
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
  const pinned = pin(process.pid, "server");
  const load = startLoad();
  const [first, second, ...devices] = await signInMany(endsession, users + 2);

  /** @type {(id: string, title: string, port: number, requestOf: RequestOf) => Promise<void>} */
  const row = async (id, title, port, requestOf) => {
    if (!bench.wants(id)) return;
    const bare = devices.map((one) => requestOf("/bare", one));
    const checked = devices.map((one) => requestOf("/checked", one));
    const table = await bench.table({
      title,
      clock: "cpu",
      rounds: 51,
      fullRounds: 201,
      warmUp: 5,
      seconds: 8,
      tolerance: 0.1,
      control: ["bare", "bare again"],
      cases: [
        { name: "bare", batch, run: () => load.send(port, bare, batch) },
        { name: "bare again", batch, run: () => load.send(port, bare, batch) },
        { name: "checked", batch, run: () => load.send(port, checked, batch) },
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
  const fastify = await onFastify(endsession);
  if (first) await correct(endsession, load, fastify, first);
  await row("P1", "Fastify, session cookie", fastify, byCookie);
  await row("P2", "Fastify, access token", fastify, byToken);
  const express = await onExpress(endsession);
  if (second) await correct(endsession, load, express, second);
  await row("P3.cookie", "Express, session cookie", express, byCookie);
  await row("P3.token", "Express, access token", express, byToken);
}

/** @param {import("endsession").EndSession} endsession */
async function onFastify(endsession) {
  const app = Fastify();
  app.get("/bare", (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { ok: true };
  });
  app.get("/checked", { onRequest: protectFastify(endsession) }, () => ({ ok: true }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  return portOf(app.server);
}

/** @param {import("endsession").EndSession} endsession */
async function onExpress(endsession) {
  const app = express();
  app.get("/bare", (_req, res) => {
    res.setHeader("cache-control", "no-store");
    res.json({ ok: true });
  });
  app.get("/checked", protectExpress(endsession), (_req, res) => {
    res.json({ ok: true });
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  return portOf(server);
}

/** @param {import("node:http").Server} server */
function portOf(server) {
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}

/**
 * 200 with the credential, 401 without and after the logout.
 * @param {import("endsession").EndSession} endsession
 * @param {import("../support/load.mjs").Load} load
 * @param {number} port
 * @param {Credentials} device
 */
async function correct(endsession, load, port, device) {
  const send = (/** @type {string[]} */ requests, /** @type {number} */ status) =>
    load.send(port, requests, requests.length, status);
  const requests = [byCookie("/checked", device), byToken("/checked", device)];
  await send(requests, 200);
  await send([get("/checked", {})], 401);
  await endsession.sessions.end({ kind: "session_token", token: device.sessionToken ?? "" });
  await send(requests, 401);
}
