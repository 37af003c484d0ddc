// @ts-check
/** Gives servers the first core and whoever loads them the last, where there are two. */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/**
 * Pins a process with all its threads. False where that cannot be done.
 * @param {number} pid
 * @param {"server" | "load"} as
 */
export function pin(pid, as) {
  const cores = cpus().length;
  if (cores < 2) return false;
  const core = as === "server" ? 0 : cores - 1;
  return spawnSync("taskset", ["-acp", String(core), String(pid)]).status === 0;
}
