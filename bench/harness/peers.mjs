// @ts-check
/** Installs the packages of `peers/` by their own lock file, if they are not there. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../peers/", import.meta.url);
const lock = new URL("package-lock.json", folder);
const mark = new URL("node_modules/.lock-of-bench", folder);

export function installPeers() {
  const wanted = readFileSync(lock, "utf8");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: fileURLToPath(folder),
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(mark, wanted);
}
