/** The children of a process, by id. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** The ids of the processes whose parent is this one. */
export function childrenOf(pid: number): number[] {
  const pairs = process.platform === "linux" ? fromProc() : fromPs();
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child);
}

type Pair = readonly [pid: number, parent: number];

/** A bare Debian has no `ps`. */
function fromProc(): Pair[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // The name of the program, in parentheses, may hold anything.
        const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return [[Number(name), Number(parent)] as const];
      } catch {
        return []; // It has ended since.
      }
    });
}

function fromPs(): Pair[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
  return lines.map((line) => {
    const [pid, parent] = line.trim().split(/\s+/u);
    return [Number(pid), Number(parent)] as const;
  });
}
