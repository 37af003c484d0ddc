// @ts-check
/** The processor time of stores, so that work which is moved into them is counted all the same. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Microseconds that a Redis has used. @param {{ info: (section: string) => Promise<string> }} client */
export async function redisCpu(client) {
  const text = await client.info("cpu");
  const seconds = [...text.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gmu)].map(([, n]) =>
    Number(n),
  );
  return seconds.reduce((sum, one) => sum + one, 0) * 1e6;
}

/**
 * Microseconds that all processes of a PostgreSQL have used, as the scheduler of Linux counts
 * them: to the nanosecond, where `stat` counts hundredths of a second. Those that have ended
 * since the start are not in it.
 * @param {{ folder: string }} postgres
 */
export function postgresCpu({ folder }) {
  const [first = ""] = readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n");
  const all = [Number(first), ...childrenOf(Number(first))];
  return all.reduce((sum, pid) => sum + nanoseconds(pid), 0) / 1000;
}

/** @param {number} parent */
function childrenOf(parent) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

/** @param {number} pid */
function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold anything.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** @param {number} pid */
function nanoseconds(pid) {
  return Number(read(`/proc/${pid}/schedstat`).split(" ")[0]);
}

/** Empty for a process that has ended. @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
