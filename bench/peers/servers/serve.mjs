// @ts-check
/**
 * The two applications that every variant is a route of, one small answer; `/bare` gives the same
 * without a check.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import Fastify from "fastify";

/**
 * @typedef {object} Peer
 * @property {number} port
 * @property {Record<string, string>[]} credentials   the headers of signed-in devices
 * @property {(device: number) => Promise<void>} logout   as the peer's documentation has it
 *
 * @typedef {object} Services
 * @property {string | null} redis      URL
 * @property {string | null} postgres   URL
 * @property {string} folder            for files
 *
 * @typedef {(services: Services) => Promise<Peer>} Open
 */

/** How many devices are signed in. */
export const devices = 500;

/** @param {number} [n] */
export function each(n = devices) {
  return Array.from({ length: n }, (_, index) => index);
}

/**
 * @param {((app: import("express").Express) => void) | null} check   adds what checks a request
 * @param {((app: import("express").Express) => void) | null} [after] adds what must stand at the end
 */
export async function onExpress(check, after = null) {
  const [app, bare] = [express(), express()];
  check?.(app);
  app.get("/", answer);
  after?.(app);
  bare.get("/bare", answer);
  return listen(createServer((req, res) => (req.url === "/bare" ? bare : app)(req, res)));
}

/** @param {import("express").Request} _req @param {import("express").Response} res */
function answer(_req, res) {
  res.set("cache-control", "no-store").json({ ok: true });
}

/** @param {import("fastify").onRequestHookHandler | null} check @param {(app: import("fastify").FastifyInstance) => Promise<void>} [prepare] */
export async function onFastify(check, prepare) {
  const app = Fastify();
  await prepare?.(app);
  /** @param {unknown} _request @param {import("fastify").FastifyReply} reply */
  const answer = (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { ok: true };
  };
  app.get("/", check ? { onRequest: check } : {}, answer);
  app.get("/bare", answer);
  await app.listen({ port: 0, host: "127.0.0.1" });
  return portOf(app.server);
}

/** @param {import("node:http").Server} server */
export async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return portOf(server);
}

/** @param {import("node:http").Server} server */
function portOf(server) {
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}

/** The value of a cookie; undefined where there is none. @param {string | undefined} header @param {string} name */
export function cookie(header = "", name) {
  for (const part of header.split("; ")) {
    if (part.startsWith(`${name}=`)) return part.slice(name.length + 1);
  }
  return undefined;
}

/** What cannot be ended on the server: its documentation deletes it at the client. */
export async function nothing() {}
