/** As whom a server runs: as us, unless we are root, whom PostgreSQL refuses. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { isRoot } from "../support/tool.ts";

/** The user of a child process; empty when it is ours. */
export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

const execute = promisify(execFile);

/** The user that servers run as: ours, and for root the user `postgres`, else `nobody`. */
export async function serverIdentity(): Promise<Identity> {
  if (!isRoot()) return {};
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const wanted of ["postgres", "nobody"]) {
    const user = users.find(([name]) => name === wanted);
    if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  throw new Error('PostgreSQL refuses to run as root. Run "useradd --system postgres".');
}

/** What a program says of its version, or null when that user cannot run it. */
export function versionOf(
  program: string,
  identity: Identity,
  env: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  const options = { ...identity, env: { ...process.env, ...env }, cwd: "/" };
  return execute(program, ["--version"], options).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}
