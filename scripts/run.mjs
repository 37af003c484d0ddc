// @ts-check
/** Runs a command of this workspace and collects what it says. */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the workspace. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Commands that are running, to be ended with us. */
const running = new Set();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * @typedef {object} Outcome
 * @property {boolean} ok whether the command ended with exit code 0
 * @property {string} output all that it wrote, in order
 */

/**
 * @param {string} command a program on PATH or in node_modules/.bin
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, timeout?: number }} [options] `cwd` (the
 *   root), `env` added to ours, `timeout` in milliseconds (none)
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd = root, env = {}, timeout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: {
        ...process.env,
        PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
      // npm and the tools in node_modules/.bin are .cmd files on Windows.
      shell: process.platform === "win32",
      ...(timeout === undefined ? {} : { timeout }),
    });
    running.add(child);
    let output = "";
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", (error) => {
      running.delete(child);
      resolve({ ok: false, output: `${output}${error.message}\n` });
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      const ended = signal === null ? "" : `\n${command} was ended by ${signal}.\n`;
      resolve({ ok: code === 0, output: output + ended });
    });
  });
}
