/** The HTTP server: where it listens, and how it stops. */
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UnusableError } from "../config/config.ts";
import type { ReadConfig } from "../config/read.ts";
import { isStream } from "./app.ts";

/** A server that listens. */
export interface Listening {
  /** Such as `http://127.0.0.1:8414`. */
  readonly url: string;
  /** How many event streams are open. */
  streams(): number;
  /**
   * Stops listening, ends event streams (browsers connect again, to another instance), and lets
   * requests finish; those that take longer than `patience` milliseconds are cut off.
   */
  stop(patience: number): Promise<void>;
}

/** Listens where the settings say. Throws an `UnusableError` when that cannot be. */
export async function listen(settings: ReadConfig, app: RequestListener): Promise<Listening> {
  const { port, host } = settings.config;
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    app(request, response);
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(told(error, settings)));
    server.listen(port, host, resolve);
  });
  return {
    url: urlOf(server.address() as AddressInfo),
    streams: () => [...open].filter(isStream).length,
    stop: (patience) => stop(server, open, patience),
  };
}

async function stop(
  server: Server,
  open: ReadonlySet<ServerResponse>,
  patience: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const response of open) {
    // The connection of a request that is under way is idle, and in the way, once it is answered.
    response.once("close", () => setImmediate(() => server.closeIdleConnections()));
    if (isStream(response)) endStream(response);
    else if (!response.headersSent) response.setHeader("connection", "close");
  }
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(timer);
}

/** Whoever writes to it meanwhile is told by an event that must have a listener. */
function endStream(response: ServerResponse): void {
  response.on("error", () => undefined);
  response.end();
}

function told(error: NodeJS.ErrnoException, { config, nameOf }: ReadConfig): UnusableError {
  const { port, host } = config;
  if (error.code === "EADDRINUSE") {
    return new UnusableError(
      `${nameOf("port")} is ${port}, which another program uses on ${host}; ` +
        "stop it or give another port.",
    );
  }
  if (error.code === "EACCES") {
    return new UnusableError(
      `${nameOf("port")} is ${port}, which needs more rights; give one above 1023.`,
    );
  }
  return new UnusableError(
    `${nameOf("host")} is "${host}", which cannot be listened on (${error.code ?? error.message}); ` +
      "give an address of this machine, such as 127.0.0.1.",
  );
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
