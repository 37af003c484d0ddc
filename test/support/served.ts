/** endsession as a service of its own, for proxies and back ends, with faults at will. */
import { once } from "node:events";
import { createServer } from "node:http";
import { createEndSession, type EndSession, type EndSessionOptions } from "endsession";
import { mount } from "endsession/node";
import { openDatabase, sqliteStore, type SqliteDatabase } from "endsession/sqlite";
import { serviceToken } from "./installation.ts";

/** A running service. */
export interface Service {
  readonly port: number;
  readonly url: string;
  readonly endsession: EndSession;
  /** Whether every question to its database fails. */
  broken: boolean;
  /** Requests are answered only after this promise. */
  hold: Promise<void> | null;
  /** The paths and headers that arrived, the newest last. */
  readonly seen: { readonly path: string; readonly headers: NodeJS.Dict<string | string[]> }[];
  /** How many connections were opened. */
  readonly connections: number;
  /** Accepts no connection from now on, and closes those that are open. */
  down(): Promise<void>;
  /** Listens again; nothing where it does. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a service on a port, with a database in memory. */
export async function startService(
  port: number,
  options: Partial<EndSessionOptions> = {},
): Promise<Service> {
  const state = { broken: false, hold: null as Promise<void> | null, connections: 0 };
  const store = await sqliteStore(faulty(await openDatabase(":memory:"), state));
  const endsession = await createEndSession({ store, serviceToken, ...options });
  const answer = mount(endsession);
  const seen: Service["seen"] = [];
  const server = createServer((req, res) => {
    seen.push({ path: req.url ?? "", headers: req.headers });
    void (state.hold ?? Promise.resolve()).then(() => {
      answer(req, res, () => res.writeHead(404).end());
    });
  });
  server.on("connection", () => {
    state.connections += 1;
  });
  const up = async (): Promise<void> => {
    if (server.listening) return;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const down = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await up();
  return Object.assign(state, {
    port,
    url: `http://127.0.0.1:${port}`,
    endsession,
    seen,
    up,
    down,
    stop: async () => {
      await down();
      await endsession.close();
    },
  });
}

/** A database that fails while `state.broken`: every question, or those whose SQL it matches. */
export function faulty(
  database: SqliteDatabase,
  state: { readonly broken: boolean | RegExp },
): SqliteDatabase {
  const fails = (sql: string): boolean =>
    typeof state.broken === "boolean" ? state.broken : state.broken.test(sql);
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => statement.run(...values),
        all: (...values) => {
          if (fails(sql)) throw new Error("disk I/O error");
          return statement.all(...values);
        },
      };
    },
    close: () => {
      database.close();
    },
  };
}
