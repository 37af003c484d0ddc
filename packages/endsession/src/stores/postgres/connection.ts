/**
 * Taking a connection for a piece of work, and giving it back. A server that has vanished behind a
 * dead network answers never: whatever takes too long is cut off, connection and all.
 */
import type { PostgresClient, PostgresPool } from "./pool.ts";

/** How long one piece of work may take, in milliseconds. */
export const deadline = 10_000;

function ignore(): void {}

/** Works with a connection of the pool. One on which anything failed is not given back. */
export async function withConnection<T>(
  pool: PostgresPool,
  work: (client: PostgresClient) => Promise<T>,
  limit: number = deadline,
): Promise<T> {
  let client: PostgresClient | null = null;
  let over = false;
  const taking = pool.connect().then((taken) => {
    // Too late: nobody waits for it any more.
    if (over) taken.release(true);
    else client = taken;
    // A connection that breaks says so here as well; unheard, it would end the process.
    taken.on("error", ignore);
    return taken;
  });
  try {
    const result = await within(limit, taking.then(work));
    const used = client as PostgresClient | null;
    used?.removeListener("error", ignore);
    used?.release();
    return result;
  } catch (error) {
    over = true;
    (client as PostgresClient | null)?.release(true);
    throw error;
  }
}

/** Rejects when a promise takes too long. */
export async function within<T>(limit: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `PostgreSQL did not answer within ${limit} ms.`;
    timer = setTimeout(() => reject(new Error(message)), limit).unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
