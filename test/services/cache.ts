/** The folder that keeps programs which tests brought themselves, from one run to the next. */
import { chmod, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isRoot } from "../support/tool.ts";

/**
 * The path of the cache, which exists. Root's lies outside of its home, since the servers run as
 * another user and have to read it.
 */
export async function cacheFolder(): Promise<string> {
  const base = isRoot() ? "/var/cache" : process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = join(base, "endsession-test-tools");
  await mkdir(folder, { recursive: true });
  if (isRoot()) await chmod(folder, 0o755);
  return folder;
}
