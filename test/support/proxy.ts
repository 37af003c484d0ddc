/** A proxy before the demo that shows what a real browser sends, and what it is answered. */
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import type { Demo } from "./demo.ts";

/** A request that has been answered. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The header `Sec-Fetch-Site`. */
  readonly site: string | null;
  readonly hasCookie: boolean;
}

/** A proxy. */
export interface Proxy {
  readonly port: number;
  /** Waits for the next answer to a request for a path; ask before it is sent. */
  next(path: string): Promise<Seen>;
  close(): Promise<void>;
}

/** Starts a proxy on a port of its own. */
export async function startProxy(demo: Demo): Promise<Proxy> {
  const events = new EventEmitter();
  const server = createServer((req, res) => {
    forward(demo, req, res).then(
      (seen) => events.emit(seen.path, seen),
      () => res.destroy(),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    next: async (path) => {
      const [seen] = (await once(events, path)) as [Seen];
      return seen;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

async function forward(demo: Demo, req: IncomingMessage, res: ServerResponse): Promise<Seen> {
  const { method = "GET", url: path = "/", headers } = req;
  const body = Buffer.concat(await req.toArray());
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name));
  const answer = await request(demo.url + path, {
    method: method as "GET",
    headers: Object.fromEntries(kept) as Record<string, string>,
    ...(body.length > 0 ? { body } : {}),
  });
  const sent = Buffer.from(await answer.body.arrayBuffer());
  const passed = Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name));
  res.writeHead(answer.statusCode, Object.fromEntries(passed));
  res.end(sent);
  const site = headers["sec-fetch-site"];
  return {
    method,
    path,
    status: answer.statusCode,
    site: typeof site === "string" ? site : null,
    hasCookie: headers.cookie !== undefined,
  };
}
