/** Ends spread over a while, so that some fall into every moment of a recovery. */
import { setTimeout as pause } from "node:timers/promises";
import type { Instance } from "./cluster.ts";
import type { Entry } from "./entry.ts";
import type { Traffic } from "./traffic.ts";

/** Begins an end every so many milliseconds, whatever became of the one before; waits for all. */
export async function endEach(
  entries: readonly Entry[],
  traffic: Traffic,
  among?: () => readonly Instance[],
  every = 20,
): Promise<void> {
  const ends: Promise<void>[] = [];
  for (const entry of entries) {
    ends.push(traffic.end(entry, among));
    await pause(every);
  }
  await Promise.all(ends);
}
