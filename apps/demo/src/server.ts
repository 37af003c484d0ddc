/** Opens everything the demo needs, in order, and closes it in the opposite order. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createEndSession, type EndSession } from "endsession";
import { type Accounts, openAccounts } from "./accounts.ts";
import { createApp } from "./app.ts";
import { type Config, ConfigError } from "./config.ts";
import { openDatabase } from "./database/database.ts";
import { logger } from "./logger.ts";
import { openRedis, type Redis } from "./redis.ts";
import { usable } from "./usable.ts";

/** A running demo. */
export interface RunningDemo {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Stops accepting, lets running requests finish for two seconds, closes what it opened. */
  close(): Promise<void>;
}

const hour = 60 * 60 * 1000;
/** How long to wait for running requests, and then for servers to say goodbye, in milliseconds. */
const patience = 2000;
const farewell = 500;

/** Starts the demo. Throws `ConfigError` for a setting that turns out to be unusable. */
export async function startDemo(config: Config): Promise<RunningDemo> {
  const { endsession, accounts, close } = await open(config);
  const secure = config.origin?.startsWith("https:") === true;
  const server = createServer(createApp(endsession, accounts, { logger, secure }));
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  try {
    await listen(server, config);
  } catch (error) {
    await close();
    throw error;
  }
  const sweeper = setInterval(() => void sweep(endsession), hour).unref();
  return {
    url: urlOf(server.address() as AddressInfo),
    close: async () => {
      clearInterval(sweeper);
      await stop(server);
      await close();
    },
  };
}

interface Opened {
  readonly endsession: EndSession;
  readonly accounts: Accounts;
  /** Closes everything; of what does not answer, nothing is waited for. */
  readonly close: () => Promise<void>;
}

async function open(config: Config): Promise<Opened> {
  const closers: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  const close = (): Promise<void> => Promise.race([closeAll(), pause(farewell)]);
  const inDatabase = { variable: "ENDSESSION_DATABASE", location: config.database } as const;
  try {
    const database = await usable(inDatabase, () => openDatabase(config.database));
    closers.push(() => database.close());
    const accounts = await usable(inDatabase, () => openAccounts(database.accounts));
    const redis = await openRedisOf(config);
    closers.push(() => redis?.close());
    const endsession = await usable(inDatabase, () =>
      createEndSession({
        store: database.store,
        ...(redis === null ? {} : { accelerator: redis.accelerator }),
        consistency: config.consistency,
        lease: { bound: config.lease },
        logger,
        serviceToken: config.serviceToken,
        ...(config.origin === null ? {} : { origin: config.origin }),
        ...(config.secret === null ? {} : { secret: config.secret }),
        verifyPassword: (claim) => accounts.verifyPassword(claim),
        pages: {
          signIn: "/login",
          signedIn: "/account",
          loggedOut: "/logged-out",
          reauthenticate: "/reauthenticate",
        },
      }),
    );
    closers.push(() => endsession.close());
    return { endsession, accounts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openRedisOf({ redis }: Config): Promise<Redis | null> {
  if (redis === null) return null;
  return usable({ variable: "ENDSESSION_REDIS", location: redis }, () => openRedis(redis));
}

async function listen(server: Server, { port, host }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(listenError(error, port, host));
    });
    server.listen(port, host, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === "EADDRINUSE") {
    return new ConfigError(
      `PORT is ${port}, which another program uses on ${host}; stop it or give another port.`,
    );
  }
  if (error.code === "EACCES") {
    return new ConfigError(`PORT is ${port}, which needs more rights; give one above 1023.`);
  }
  return new ConfigError(
    `HOST is "${host}", which cannot be listened on (${error.code ?? error.message}); ` +
      "give an address of this machine, such as 127.0.0.1.",
  );
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(timer);
}

async function sweep(endsession: EndSession): Promise<void> {
  try {
    await endsession.sessions.sweep();
  } catch (error) {
    logger.error({ error }, "the sweep failed; the next one is in an hour");
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
