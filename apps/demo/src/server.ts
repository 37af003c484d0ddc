/** Opens everything the demo needs, in order, and closes it in the opposite order. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createEndSession, type EndSession, EndSessionError } from "endsession";
import { openDatabase, type SqliteDatabase, sqliteStore } from "endsession/sqlite";
import { type Accounts, openAccounts } from "./accounts.ts";
import { createApp } from "./app.ts";
import { type Config, ConfigError } from "./config.ts";
import { logger } from "./logger.ts";

/** A running demo. */
export interface RunningDemo {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Stops accepting, lets running requests finish for two seconds, closes the store. */
  close(): Promise<void>;
}

const hour = 60 * 60 * 1000;
const patience = 2000;

/** Starts the demo. Throws `ConfigError` for a setting that turns out to be unusable. */
export async function startDemo(config: Config): Promise<RunningDemo> {
  const { database, endsession, accounts } = await open(config);
  const secure = config.origin?.startsWith("https:") === true;
  const server = createServer(createApp(endsession, accounts, { logger, secure }));
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;

  const closeStore = async (): Promise<void> => {
    await endsession.close();
    database.close();
  };
  try {
    await listen(server, config);
  } catch (error) {
    await closeStore();
    throw error;
  }
  const sweeper = setInterval(() => void sweep(endsession), hour).unref();
  return {
    url: urlOf(server.address() as AddressInfo),
    close: async () => {
      clearInterval(sweeper);
      await stop(server);
      await closeStore();
    },
  };
}

interface Opened {
  readonly database: SqliteDatabase;
  readonly endsession: EndSession;
  readonly accounts: Accounts;
}

async function open(config: Config): Promise<Opened> {
  let database: SqliteDatabase | undefined;
  try {
    database = await openDatabase(config.database);
    const store = await sqliteStore(database);
    const accounts = await openAccounts(database);
    const endsession = await createEndSession({
      store,
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
    });
    return { database, endsession, accounts };
  } catch (error) {
    database?.close();
    throw unusable(config, error);
  }
}

/** Everything that opening can fail for comes from two settings: the secret and the file. */
function unusable({ database }: Config, error: unknown): ConfigError {
  const { message, cause } = error as Error;
  if (error instanceof EndSessionError && error.code === "ERR_SECRET_MISMATCH") {
    return new ConfigError(
      `ENDSESSION_SECRET is not the secret that "${database}" was made with; ` +
        "give that one, or name another file in ENDSESSION_DATABASE.",
      { cause: error },
    );
  }
  const reason = cause instanceof Error ? cause.message : message;
  return new ConfigError(
    `ENDSESSION_DATABASE is "${database}", which cannot be used (${reason}); ` +
      "give a SQLite file in a folder that exists and that this process may write to.",
    { cause: error },
  );
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
