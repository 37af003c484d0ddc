// @ts-check
/**
 * A load generator in a process of its own, so that its work is not counted as the server's. It
 * holds connections open and sends one request on each at a time.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pin } from "./pin.mjs";
import { connect, exchange } from "./wire.mjs";

const connections = 32;

/**
 * @typedef {{ port: number, requests: readonly string[], count: number, status: number }} Order
 * @typedef {{ answered: number, problem: string | null }} Report
 * @typedef {ReturnType<typeof startLoad>} Load
 */

/** Starts a generator on the last core. */
export function startLoad() {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: [] });
  pin(child.pid ?? 0, "load");
  process.setMaxListeners(0).once("exit", () => child.kill());
  return {
    /**
     * Sends `count` requests, those given in turn.
     * @param {number} port
     * @param {readonly string[]} requests   as bytes go over the wire
     * @param {number} [count]      default as many as there are
     * @param {number} [status]     that every one must be answered with
     * @returns {Promise<number>}
     */
    send(port, requests, count = requests.length, status = 200) {
      child.send({ port, requests, count, status });
      return new Promise((resolve, reject) => {
        child.once("message", (message) => {
          const { answered, problem } = /** @type {Report} */ (message);
          if (problem === null) resolve(answered);
          else reject(new Error(problem));
        });
      });
    },
    stop: () => child.kill(),
  };
}

/** @type {Map<number, (import("node:net").Socket | null)[]>} */
const pools = new Map();

/** @param {Order} order @returns {Promise<Report>} */
async function carryOut({ port, requests, count, status }) {
  const sockets = pools.get(port) ?? Array.from({ length: connections }, () => null);
  pools.set(port, sockets);
  let sent = 0;
  const lane = async (/** @type {number} */ place) => {
    while (sent < count) {
      const request = requests[sent % requests.length] ?? "";
      sent += 1;
      const answer = await ask(sockets, place, port, request);
      if (!answer.startsWith(`HTTP/1.1 ${status}`)) {
        throw new Error(`${request}was answered ${answer}`);
      }
    }
  };
  try {
    await Promise.all([...sockets.keys()].slice(0, count).map(lane));
    return { answered: sent, problem: null };
  } catch (error) {
    return { answered: sent, problem: /** @type {Error} */ (error).message };
  }
}

/**
 * Servers close a connection that was idle for some seconds: then another is opened.
 * @param {(import("node:net").Socket | null)[]} sockets
 * @param {number} place
 * @param {number} port
 * @param {string} request
 */
async function ask(sockets, place, port, request) {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const known = sockets[place];
    const socket = known && !known.destroyed ? known : connect(port);
    sockets[place] = socket;
    const answer = await exchange(socket, request);
    if (answer !== null) return answer;
  }
  throw new Error(`the server closed a new connection: ${request}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on("disconnect", () => process.exit());
  process.on("message", (order) => {
    void carryOut(/** @type {Order} */ (order)).then((report) => process.send?.(report));
  });
}
