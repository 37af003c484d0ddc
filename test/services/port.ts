/** Ports for servers that are stopped and come back under the same number. */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A free port on 127.0.0.1, given to nobody else in this run: it may be in use much later, or for
 * the second time. It lies below those that systems give to outgoing connections, so that none of
 * them takes it while the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 30_000);
    if ((await isUnclaimed(port)) && (await isFree(port))) return port;
  }
}

/** Whether no test has it; from now on one has. All tests share the temporary folder of the run. */
async function isUnclaimed(port: number): Promise<boolean> {
  try {
    await writeFile(join(tmpdir(), `port-${port}`), "", { flag: "wx" });
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
