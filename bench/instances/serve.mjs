// @ts-check
/** What every instance of the bench does: serves, and carries out what the bench commands. */
import { once } from "node:events";
import { createServer } from "node:http";
import { pin } from "../support/pin.mjs";

/**
 * @typedef {Record<string, (argument: any) => Promise<unknown>>} Commands
 * @typedef {{ id: number, command: string, argument: unknown }} Order
 */

/**
 * Listens, says so, and does what it is told until the bench has gone.
 * @param {import("node:http").RequestListener} listener
 * @param {Commands} commands
 * @param {{ pinned: boolean }} options
 */
export async function serve(listener, commands, { pinned }) {
  // No connection is closed between two rounds: that would be seen as a request without an answer.
  const server = createServer({ keepAliveTimeout: 600_000 }, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  if (pinned) pin(process.pid, "server");
  const all = { ...commands, cpu: async () => process.cpuUsage() };
  process.on("disconnect", () => process.exit());
  process.on("message", (order) => void carryOut(all, /** @type {Order} */ (order)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.send?.({ id: 0, result: port });
}

/** @param {Commands} commands @param {Order} order */
async function carryOut(commands, { id, command, argument }) {
  try {
    process.send?.({ id, result: await commands[command]?.(argument) });
  } catch (error) {
    process.send?.({ id, problem: error instanceof Error ? error.stack : String(error) });
  }
}

/** @param {import("node:http").ServerResponse} res @param {number} status */
export function answer(res, status) {
  const body = JSON.stringify({ ok: status === 200 });
  res.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  res.end(body);
}
