/** The Redis beside the database: it makes several instances faster. */
import { createClient } from "redis";
import type { Accelerator } from "endsession";
import { redisAccelerator } from "endsession/redis";

/** A Redis in use. */
export interface Redis {
  readonly accelerator: Accelerator;
  /** Closes its connections at once. */
  close(): void;
}

/** Opens a Redis by its URL. */
export async function openRedis(url: string): Promise<Redis> {
  let wasReady = false;
  const client = createClient({
    url,
    // What is not sent now is not worth sending later.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 5000,
      // At the start a failure is told to whoever starts; afterwards a lost connection is made anew.
      reconnectStrategy: (retries) => (wasReady ? Math.min(100 * 2 ** retries, 2000) : false),
    },
  });
  client.once("ready", () => {
    wasReady = true;
  });
  try {
    const accelerator = await redisAccelerator(client);
    return {
      accelerator,
      close() {
        accelerator.close();
        client.destroy();
      },
    };
  } catch (error) {
    client.destroy();
    throw error;
  }
}
