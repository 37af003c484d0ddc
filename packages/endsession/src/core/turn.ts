/** Work that arrives within one turn of the event loop is done together. */
import type { Timers } from "./clock.ts";

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (result: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers items and hands at most `most` at a time to `work`, which gives one result each, or
 * fails for all of them.
 */
export function gather<I, O>(
  timers: Timers,
  most: number,
  work: (items: readonly I[]) => Promise<readonly O[]>,
): (item: I) => Promise<O> {
  let waiting: Waiting<I, O>[] = [];

  function workOff(): void {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += most) void together(all.slice(from, from + most));
  }

  async function together(some: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const results = await work(some.map(({ item }) => item));
      for (const [index, { resolve }] of some.entries()) resolve(results[index] as O);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (waiting.length === 1) timers.soon(workOff);
    });
}
