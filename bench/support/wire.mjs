// @ts-check
/** HTTP as bytes: requests that are composed once, and connections that carry one at a time. */
import { createConnection } from "node:net";

/** @param {string} path @param {Record<string, string>} headers */
export function get(path, headers) {
  return request("GET", path, headers);
}

/** A request with an empty body. @param {string} path @param {Record<string, string>} headers */
export function post(path, headers) {
  return request("POST", path, { ...headers, "Content-Length": "0" });
}

/** @param {string} method @param {string} path @param {Record<string, string>} headers */
function request(method, path, headers) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join("")}\r\n`;
}

/** @param {number} port */
export function connect(port) {
  const socket = createConnection({ port, host: "127.0.0.1", noDelay: true });
  // What goes wrong between two requests is seen at the next one.
  return socket.setEncoding("latin1").on("error", () => undefined);
}

/** The answer; null when the connection ended before it. @param {import("node:net").Socket} socket @param {string} request @returns {Promise<string | null>} */
export function exchange(socket, request) {
  return new Promise((resolve) => {
    let text = "";
    const done = (/** @type {string | null} */ answer) => {
      socket.off("data", read).off("close", closed);
      resolve(answer);
    };
    const closed = () => done(null);
    const read = (/** @type {string} */ chunk) => {
      text += chunk;
      if (isWhole(text)) done(text);
    };
    socket.on("data", read).on("close", closed);
    socket.write(request);
  });
}

/** @param {string} text */
function isWhole(text) {
  const head = text.indexOf("\r\n\r\n");
  if (head === -1) return false;
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1];
  return length === undefined
    ? text.endsWith("0\r\n\r\n")
    : text.length >= head + 4 + Number(length);
}

/**
 * @typedef {object} Seen
 * @property {number | null} status   null when there was no answer
 * @property {number} sentAt          before it was written, by the monotonic clock in milliseconds
 * @property {number} answeredAt      once all of it had arrived
 */

/** A client with one connection, which it keeps: one request at a time. */
export class Client {
  /** @type {import("node:net").Socket | null} */
  #socket = null;
  #port;

  /** @param {number} port */
  constructor(port) {
    this.#port = port;
  }

  /** @param {string} request @returns {Promise<Seen>} */
  async ask(request) {
    if (this.#socket === null || this.#socket.destroyed) this.#socket = connect(this.#port);
    const sentAt = performance.now();
    const answer = await exchange(this.#socket, request);
    const status = answer === null ? null : Number(answer.slice("HTTP/1.1 ".length, 12));
    return { status, sentAt, answeredAt: performance.now() };
  }

  /** Asks, and throws unless the answer is what it must be. @param {string} request @param {number} status */
  async expect(request, status) {
    const seen = await this.ask(request);
    if (seen.status === status) return seen;
    throw new Error(`${request}was answered ${seen.status} where ${status} was due`);
  }

  close() {
    this.#socket?.destroy();
  }
}
