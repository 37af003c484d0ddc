/**
 * Redis as accelerator: it carries wake-ups and acknowledgements, counts for rate limits, and lists
 * what has ended for verifiers in other languages. It holds no truth.
 */
import type { Accelerator } from "../core/accelerator.ts";
import { EndSessionError } from "../core/errors.ts";
import { Connection, type RedisClient } from "./connection.ts";
import { Denylist } from "./denylist.ts";
import { sharedLimiter } from "./limiter.ts";
import { hear, wakeUp } from "./messages.ts";

/** Options of {@link redisAccelerator}. */
export interface RedisOptions {
  /** Stands before every key and channel (default `endsession:`). */
  readonly prefix?: string;
}

/**
 * Makes instances on one store faster through a Redis (6.2 or newer) or Valkey that they share. The
 * client is the application's, of the package `redis` or `ioredis`; it is connected here if it is
 * not, and not closed. Throws `ERR_SETTING_INVALID` for a server that cannot be used.
 *
 * ```ts
 * const accelerator = await redisAccelerator(createClient({ url: "redis://127.0.0.1:6379" }));
 * ```
 */
export async function redisAccelerator(
  client: RedisClient,
  { prefix = "endsession:" }: RedisOptions = {},
): Promise<Accelerator & { close(): void }> {
  const connection = await Connection.open(client);
  await refuseEviction(connection);
  const channel = `${prefix}ends`;
  const denylist = new Denylist(connection, prefix);
  const publish = (message: string): void => {
    connection.command("PUBLISH", channel, message).catch(() => undefined);
  };
  return {
    ready: () => connection.ready(),
    wake: (id, ends, proof) => publish(wakeUp(id, ends, proof)),
    acknowledge: (id, applied) => publish(`a ${id} ${applied}`),
    listen(listener) {
      const heard = (message: string): void => hear(message, listener);
      connection.subscribe(channel, heard).catch(() => undefined);
    },
    deny: (denied) => denylist.add(denied),
    limiter: (options) => sharedLimiter(client, connection, `${prefix}limit`, options),
    close: () => connection.close(),
  };
}

/** A server that drops keys when it is full drops what must not be forgotten: the denylist. */
async function refuseEviction(connection: Connection): Promise<void> {
  let policy: string | undefined;
  try {
    const answer = await connection.command("CONFIG", "GET", "maxmemory-policy");
    const values = Array.isArray(answer) ? answer.slice(1) : Object.values(answer as object);
    [policy] = values as string[];
  } catch {
    // Hosted servers forbid the question; their documentation says what they do.
    return;
  }
  if (policy === "noeviction" || policy === undefined) return;
  connection.close();
  throw new EndSessionError(
    "ERR_SETTING_INVALID",
    `The Redis server has the maxmemory-policy "${policy}" and may drop the denylist ` +
      'when it is full. Set "maxmemory-policy noeviction", or give a Redis of its own.',
  );
}
