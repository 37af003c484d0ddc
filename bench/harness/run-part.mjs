// @ts-check
/** Starts a part's process, waits for it, and reads what it wrote. */
import { fork } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} PartResult
 * @property {string} file
 * @property {import("./bench.mjs").Row[]} rows
 * @property {import("./bench.mjs").TableRecord[]} tables
 * @property {{ rows: string[], message: string }[]} errors
 */

/**
 * @param {import("./parts.mjs").Part} part
 * @param {object} how
 * @param {boolean} how.full
 * @param {number} [how.factor]
 * @param {string} how.out       where it writes its JSON
 * @param {number} how.timeout   in milliseconds
 * @param {(doing: string, share: number) => void} how.progress
 * @returns {Promise<PartResult>}
 */
export async function runPart(part, { full, factor = 1, out, timeout, progress }) {
  const { file, rows } = part;
  rmSync(out, { force: true });
  const child = fork(
    fileURLToPath(new URL("child.mjs", import.meta.url)),
    [JSON.stringify({ file, rows, full, factor, out })],
    { execArgv: ["--expose-gc"], stdio: ["ignore", "pipe", "pipe", "ipc"], timeout },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => (said = (said + String(chunk)).slice(-4000)));
  }
  child.on("message", (message) => {
    const { doing, share } = /** @type {{ doing: string, share: number }} */ (message);
    progress(doing, share);
  });
  const [code, signal] = await new Promise((resolve) => {
    child.on("close", (...how) => resolve(how));
  });
  try {
    return JSON.parse(readFileSync(out, "utf8"));
  } catch {
    const how = signal === null ? `exited with ${code}` : `was stopped by ${signal}`;
    const message = `The process of ${file} ${how} and wrote no result.\n${said.trim()}`;
    return { file, rows: [], tables: [], errors: [{ rows: [...rows], message }] };
  }
}
