// @ts-check
/** Holds event streams open, in a process of its own. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { connect } from "./wire.mjs";

/** How many connections are made at once. */
const together = 200;
/** How long streams have to close after the end of their sessions, in milliseconds. */
const patience = 5000;

/** Starts the process. */
export function startListeners() {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: [] });
  process.setMaxListeners(0).once("exit", () => child.kill());
  /** @param {object} order @returns {Promise<number>} */
  const ask = (order) => {
    child.send(order);
    return new Promise((resolve, reject) => {
      child.once("message", (/** @type {number | string} */ answer) => {
        if (typeof answer === "number") resolve(answer);
        else reject(new Error(answer));
      });
    });
  };
  return {
    /** @param {number} port @param {string[]} requests @param {number} n */
    open: (port, requests, n) => ask({ port, requests, n }),
    /** Cuts all streams. */
    close: () => ask({ close: true }),
    /** How many are still open once they had time to close. */
    left: () => ask({ left: true }),
    stop: () => child.kill(),
  };
}

/** @type {Set<import("node:net").Socket>} */
const sockets = new Set();

/** @param {number} port @param {string} request */
function listen(port, request) {
  return new Promise((resolve, reject) => {
    const socket = connect(port);
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      reject(new Error("a stream was closed"));
    });
    socket.on("data", (/** @type {string} */ text) => {
      if (text.includes("event: hello")) resolve(null);
      // The server ends the stream and keeps the connection: it is as good as closed.
      if (text.includes("event: over")) socket.destroy();
      if (text.startsWith("HTTP/1.1 4")) reject(new Error(text.slice(0, 40)));
    });
    socket.write(request);
  });
}

/** @param {{ port: number, requests: string[], n: number, close?: true, left?: true }} order */
async function carryOut({ port, requests, n, close, left }) {
  if (close) for (const socket of sockets) socket.destroy();
  if (left) {
    const until = performance.now() + patience;
    while (sockets.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  if (close || left) return sockets.size;
  for (let from = 0; from < n; from += together) {
    const some = Array.from({ length: Math.min(together, n - from) }, (_, index) =>
      listen(port, requests[(from + index) % requests.length] ?? ""),
    );
    await Promise.all(some);
  }
  return sockets.size;
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on("message", (order) => {
    void carryOut(/** @type {Parameters<typeof carryOut>[0]} */ (order)).then(
      (answer) => process.send?.(answer),
      (error) => process.send?.(String(error)),
    );
  });
}
