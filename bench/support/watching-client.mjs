// @ts-check
/**
 * Another client of a PostgreSQL, in a process of its own: it reads and writes sessions of others,
 * one statement at a time, and tells how long the slowest took.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { pin } from "./pin.mjs";

/** @typedef {{ longest: number, statements: number }} Report   `longest` in microseconds */

/** @param {string} url @param {readonly string[]} sessionIds   whose rows it uses */
export async function startClient(url, sessionIds) {
  const child = fork(fileURLToPath(import.meta.url), [url, sessionIds.join()], { execArgv: [] });
  process.setMaxListeners(0).once("exit", () => child.kill());
  pin(child.pid ?? 0, "load");
  await once(child, "message");
  return {
    /** Works for so long. @param {number} milliseconds @returns {Promise<Report>} */
    async watch(milliseconds) {
      child.send(milliseconds);
      const [report] = await once(child, "message");
      return /** @type {Report} */ (report);
    },
    stop: () => child.kill(),
  };
}

/** @param {pg.Client} client @param {string[]} ids @param {number} milliseconds @returns {Promise<Report>} */
async function work(client, ids, milliseconds) {
  const until = performance.now() + milliseconds;
  let longest = 0;
  let statements = 0;
  while (performance.now() < until) {
    const started = performance.now();
    const values = [ids[statements % ids.length]];
    await client.query(
      statements % 2 === 0
        ? { name: "read", text: "select * from sessions where id = $1", values }
        : { name: "write", text: "update sessions set place = null where id = $1", values },
    );
    longest = Math.max(longest, performance.now() - started);
    statements += 1;
  }
  return { longest: longest * 1000, statements };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [url = "", ids = ""] = process.argv.slice(2);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Its writes take their locks like all others, and do not wait for the disk.
  await client.query("set synchronous_commit = off");
  process.on("disconnect", () => process.exit());
  process.on("message", (milliseconds) => {
    void work(client, ids.split(","), Number(milliseconds)).then((report) =>
      process.send?.(report),
    );
  });
  process.send?.("ready");
}
