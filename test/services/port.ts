/** Ports for servers that are stopped and come back under the same number. */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A free port on 127.0.0.1, given to nobody else while this process runs: it may be in use much
 * later, or for the second time. It lies below those that systems give to outgoing connections, so
 * that none of them takes it while the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 30_000);
    if ((await isUnclaimed(port)) && (await isFree(port))) return port;
  }
}

/** The files that stand for the ports of this process. */
const claims: string[] = [];
process.once("exit", () => {
  for (const claim of claims) rmSync(claim, { force: true });
});

/** Whether no process has it; from now on this one has. All share the temporary folder. */
async function isUnclaimed(port: number): Promise<boolean> {
  const claim = join(tmpdir(), `port-${port}`);
  try {
    await writeFile(claim, "", { flag: "wx" });
    claims.push(claim);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
