import { ScanError } from "../scan-error.ts";
import type { McpScanned } from "./serve-mcp.ts";

/** The last scans of a server, so that the other tools can speak of them. */
const most = 8;

export class Scans {
  readonly #scans = new Map<string, McpScanned>();
  #count = 0;
  #running = false;

  /** Makes a scan while no other is under way, and keeps it. */
  async make(scan: () => Promise<McpScanned>): Promise<{ id: string; scanned: McpScanned }> {
    if (this.#running) {
      throw new ScanError("usage", "Another scan is under way: wait until it has answered.");
    }
    this.#running = true;
    try {
      const scanned = await scan();
      const id = `scan-${++this.#count}`;
      this.#scans.set(id, scanned);
      const [oldest] = this.#scans.keys();
      if (this.#scans.size > most && oldest !== undefined) this.#scans.delete(oldest);
      return { id, scanned };
    } finally {
      this.#running = false;
    }
  }

  /** The scan of that id; without one the last, or `null` when there was none. */
  find(id: string | undefined): McpScanned | null {
    if (id === undefined) return [...this.#scans.values()].at(-1) ?? null;
    const found = this.#scans.get(id);
    if (found !== undefined) return found;
    const known = this.#scans.size === 0 ? "no scan" : [...this.#scans.keys()].join(", ");
    throw new ScanError("usage", `There is no ${id}; known: ${known}.`);
  }
}
