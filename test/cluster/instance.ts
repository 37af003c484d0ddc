/**
 * One instance of an application: a process of its own with the library's routes, one protected
 * route and a door for tests. `cluster.ts` compiles and starts it. It ends when its stdin does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createEndSession, type Logger, type Store } from "endsession";
import { mount, protect, sessionOf } from "endsession/node";
import { postgresStore } from "endsession/postgres";
import { redisAccelerator } from "endsession/redis";
import { Pool } from "pg";
import { createClient } from "redis";

/** The settings, as JSON in the variable `INSTANCE`. */
export interface InstanceSettings {
  readonly port: number;
  readonly database: string;
  readonly redis: string | null;
  readonly consistency: "strict" | "bounded";
  /** B in milliseconds. */
  readonly bound: number;
  readonly serviceToken: string;
  /** How many logouts a user has in five minutes. */
  readonly logouts: number;
}

/** What an instance counts. */
export interface Counters {
  /** Requests for `/me` that were let through. */
  readonly accepted: number;
  /** Credentials and ids that the store was asked for, by whatever route. */
  readonly lookups: number;
}

const settings = JSON.parse(process.env["INSTANCE"] ?? "{}") as InstanceSettings;
let accepted = 0;
let lookups = 0;

/** Each line on stdout is one event: a log record, or that the instance is ready. */
function tell(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function causesOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message} ${causesOf(cause)}` : message;
}

const log = (level: string) => (fields: object, message: string) => {
  const { error, ...others } = fields as { readonly error?: unknown };
  const told = error instanceof Error ? { error: causesOf(error) } : {};
  tell({ level, message, ...others, ...told });
};
const logger: Logger = { error: log("error"), warn: log("warn"), info: log("info") };

/** The same store, counting. */
function counting(store: Store): Store {
  return {
    find(keys) {
      lookups += keys.length;
      return store.find(keys);
    },
    commit: (acts) => store.commit(acts),
    query: (query) => store.query(query),
    ...(store.feed === undefined ? {} : { feed: store.feed }),
    close: () => store.close(),
  };
}

const { port, database, redis, consistency, bound, serviceToken, logouts } = settings;
const pool = new Pool({ connectionString: database, application_name: `instance at ${port}` });
const endsession = await createEndSession({
  store: counting(await postgresStore(pool)),
  ...(redis === null ? {} : { accelerator: await redisAccelerator(createClient({ url: redis })) }),
  consistency,
  lease: { bound },
  serviceToken,
  rateLimit: { limit: logouts },
  logger,
});
const routes = mount(endsession);
const protectedRoute = protect(endsession);

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function own(req: IncomingMessage, res: ServerResponse): void {
  if (req.url === "/counters") answer(res, 200, { accepted, lookups } satisfies Counters);
  else if (req.url !== "/me") answer(res, 404, {});
  else {
    protectedRoute(req, res, (error) => {
      if (error !== undefined) return answer(res, 500, {});
      accepted += 1;
      answer(res, 200, { user: sessionOf(req).userId });
    });
  }
}

const server = createServer((req, res) => {
  routes(req, res, (error) => (error === undefined ? own(req, res) : answer(res, 500, {})));
});
server.listen(port, "127.0.0.1", () => {
  tell({ ready: (server.address() as AddressInfo).port });
});
process.stdin.resume().once("end", () => process.exit());
