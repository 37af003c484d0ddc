/**
 * A single-page application on a server of its own, in one process: pages with the real browser
 * client, a private API, and a logout that can be made to fail.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createEndSession, type EndSession, type EndSessionOptions } from "endsession";
import { mount, protect, sessionOf } from "endsession/node";
import { sqliteStore } from "endsession/sqlite";
import { build } from "esbuild";

/** What becomes of `POST /logout`. */
export type Fault = "503" | "hangs" | "answers a page" | null;

/** A running site. */
export interface Site {
  readonly url: string;
  readonly endsession: EndSession;
  /** What becomes of logouts from now on. */
  fault: Fault;
  /** How many logouts have arrived, those that failed included. */
  readonly logouts: number;
  /** The API answers only after this promise. */
  delay: Promise<void> | null;
  /** `GET /session` answers only after this promise. */
  hold: Promise<void> | null;
  /** Closes every connection and accepts none, as if the server were unreachable. */
  disconnect(): Promise<void>;
  reconnect(): Promise<void>;
  stop(): Promise<void>;
}

/** The password of every user; the name is the user's id. */
export const password = "password123";

/** The scripts that pages import, bundled once. */
const scripts = new Map<string, Promise<string>>();

async function bundle(entry: string): Promise<string> {
  const known = scripts.get(entry);
  if (known) return known;
  const made = build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
  }).then(({ outputFiles: [file] }) => file?.text ?? "");
  scripts.set(entry, made);
  return made;
}

/** Starts a site on a database (default in memory); two on one file are two instances. */
export async function startSite(
  database = ":memory:",
  options: Partial<EndSessionOptions> = {},
): Promise<Site> {
  const endsession = await createEndSession({
    store: await sqliteStore(database),
    rateLimit: { limit: 10_000 },
    verifyPassword: async ({ identifier, userId, password: given }) =>
      given === password ? { userId: userId ?? identifier ?? "" } : null,
    ...options,
  });
  const state = {
    fault: null as Fault,
    logouts: 0,
    delay: null as Promise<void> | null,
    hold: null as Promise<void> | null,
  };
  const routes = mount(endsession);
  const guarded = protect(endsession);
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { pathname } = new URL(req.url ?? "/", "http://site");
    if (req.method === "POST" && pathname === "/logout") {
      state.logouts += 1;
      if (fails(state.fault, res)) return;
    }
    if (pathname === "/app.js") {
      const text = await bundle("../client/app.ts");
      return void res.setHeader("content-type", "text/javascript").end(text);
    }
    if (pathname === "/worker.js") {
      return void res.setHeader("content-type", "text/javascript").end(worker);
    }
    if (req.method === "GET" && pathname === "/login")
      return page(res, "<h1>Sign in here</h1>", "login");
    if (pathname.startsWith("/app")) return page(res, "<main id=root></main>", "app");
    if (pathname === "/session") await state.hold;
    routes(req, res, () => {
      guarded(req, res, () => {
        void (async () => {
          await state.delay;
          const { userId } = sessionOf(req);
          res.setHeader("content-type", "application/json");
          res.end(JSON.stringify({ secret: `the secret of ${userId}` }));
        })();
      });
    });
  };
  const server = createServer((req, res) => void serve(req, res));
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://localhost:${port}`,
    endsession,
    disconnect: () => close(server),
    reconnect: () => listen(server, port),
    async stop() {
      await close(server);
      await endsession.close();
    },
  });
}

function fails(fault: Fault, res: ServerResponse): boolean {
  if (fault === "503") res.writeHead(503, { "retry-after": "1" }).end();
  if (fault === "answers a page") res.setHeader("content-type", "text/html").end("<p>Welcome");
  return fault !== null;
}

function page(res: ServerResponse, body: string, name: string): void {
  res.setHeader("content-type", "text/html");
  const script = name === "app" ? '<script type="module" src="/app.js"></script>' : "";
  res.end(`<!doctype html><title>${name}</title><body>${body}${script}`);
}

/** Serves the page and the API from its caches when there is no network, as a careless one would. */
const worker = `
  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  addEventListener("fetch", (event) => {
    const { pathname } = new URL(event.request.url);
    const cacheName = pathname === "/api" ? "user-api" : "shell";
    if (event.request.method !== "GET" || /events|session/.test(pathname)) return;
    event.respondWith((async () => {
      const cache = await caches.open(cacheName);
      try {
        const answer = await fetch(event.request);
        if (answer.ok) await cache.put(event.request, answer.clone());
        return answer;
      } catch {
        return (await cache.match(event.request)) ?? new Response("offline", { status: 504 });
      }
    })());
  });
`;

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "localhost");
  await once(server, "listening");
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
