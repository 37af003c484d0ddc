// @ts-check
/** On what was measured: with it two results can be compared, or not. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tmpfs = 0x01021994;

/** The machine and the versions, as they are now. */
export function machine() {
  const processors = cpus();
  return {
    node: process.version,
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    load: loadavg()[0] ?? 0,
    lock: createHash("sha256")
      .update(readFileSync(join(root, "package-lock.json")))
      .digest("hex")
      .slice(0, 12),
  };
}

/** Results of one class may be compared with each other. @param {ReturnType<typeof machine>} of */
export function classOf({ cpu, cores, node }) {
  return `${cpu}, ${cores} cores, Node ${node.split(".")[0]}`;
}

/** How long the load of what ran before is waited out, and how often it is looked at, in ms. */
const longestRest = 120_000;
const lookAgain = 2000;

/** Resolves once the load allows a verdict, or when somebody else's will not go away. */
export async function waitOutLoad() {
  const until = performance.now() + longestRest;
  while ((loadavg()[0] ?? 0) > cpus().length && performance.now() < until) await wait(lookAgain);
}

/** The commit, with a plus where files have changed since; "unknown" outside of git. */
export function commit() {
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "-uno") ? "+" : "");
  } catch {
    return "unknown";
  }
}

/**
 * A new folder on a real disk: where the system's temporary folder lives in memory, a durable
 * commit costs nothing there.
 */
export function dataFolder() {
  const inMemory = statfsSync(tmpdir()).type === tmpfs;
  const folder = mkdtempSync(join(inMemory ? root : tmpdir(), "endsession-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
