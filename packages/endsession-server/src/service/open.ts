/** Opens what the service needs, in order, and closes it in the opposite order. */
import { setTimeout as pause } from "node:timers/promises";
import { createEndSession, type EndSession, type HttpOptions } from "endsession";
import type { Logger } from "pino";
import { ConfigError } from "../config/config.ts";
import type { ReadConfig } from "../config/read.ts";
import { openDatabase } from "../open/database.ts";
import { libraryOptions } from "../open/options.ts";
import { openRedis } from "../open/redis.ts";
import { usable } from "../open/usable.ts";
import { countedStore } from "./counted-store.ts";
import type { Measures } from "./measures.ts";

/** What is open. */
export interface Opened {
  readonly endsession: EndSession;
  readonly serviceToken: string;
  /** Gives the lease back and closes everything; of what does not answer, nothing is waited for. */
  readonly close: () => Promise<void>;
}

/** How long servers may take to say goodbye, in milliseconds. */
const farewell = 2000;

/** Opens it. Throws a `ConfigError`, with everything closed, for a setting that is unusable. */
export async function open(
  { config, nameOf }: ReadConfig,
  more: {
    readonly logger: Logger;
    readonly measures: Measures;
    readonly clientAddress: NonNullable<HttpOptions["clientAddress"]>;
  },
): Promise<Opened> {
  const { serviceToken } = config;
  if (serviceToken === null) {
    throw new ConfigError(
      "ENDSESSION_SERVICE_TOKEN is missing, without which no back end can start a session; give " +
        "at least 32 random characters, for example from: openssl rand -base64 32",
    );
  }
  const { logger, measures, clientAddress } = more;
  const closers: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  const close = (): Promise<void> => Promise.race([closeAll(), pause(farewell)]);
  const inDatabase = { setting: nameOf("database"), location: config.database };
  try {
    const database = await usable(inDatabase, () => openDatabase(config.database));
    closers.push(() => database.close());
    const location = config.redis;
    const redis =
      location === null
        ? null
        : await usable({ setting: nameOf("redis"), location }, () => openRedis(location));
    closers.push(() => redis?.close());
    const endsession = await usable(inDatabase, () =>
      createEndSession({
        ...libraryOptions(config),
        store: countedStore(database.store, measures.store),
        ...(redis === null ? {} : { accelerator: redis.accelerator }),
        logger,
        clientAddress,
      }),
    );
    closers.push(() => endsession.close());
    return { endsession, serviceToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}
