// @ts-check
/** Clients that ask at a steady rate, however long the answers take. */
import { Client } from "./wire.mjs";

/**
 * Sends one request every so many milliseconds, those given in turn.
 * @param {number} port
 * @param {readonly string[]} requests
 * @param {number} every
 * @returns {() => Promise<import("./wire.mjs").Seen[][]>}
 *   stops, waits for the last answer, and gives what was seen of each request
 */
export function present(port, requests, every) {
  const seen = requests.map(() => /** @type {import("./wire.mjs").Seen[]} */ ([]));
  /** @type {Client[]} */
  const idle = [];
  /** @type {Set<Promise<void>>} */
  const underWay = new Set();
  let sent = 0;
  const one = async () => {
    const index = sent % requests.length;
    sent += 1;
    // Nobody waits for a connection that another request still occupies.
    const client = idle.pop() ?? new Client(port);
    seen[index]?.push(await client.ask(requests[index] ?? ""));
    idle.push(client);
  };
  const timer = setInterval(() => {
    const asking = one().finally(() => underWay.delete(asking));
    underWay.add(asking);
  }, every);
  return async () => {
    clearInterval(timer);
    await Promise.all(underWay);
    for (const client of idle) client.close();
    return seen;
  };
}
