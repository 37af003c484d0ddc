/** An application behind a proxy, which tells what reached it. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  /** Names in lower case, an underscore read as WSGI does: `x_auth_user` is `x-auth-user`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The application. */
export interface Upstream {
  readonly port: number;
  /** What arrived, the newest last. */
  readonly arrived: Arrived[];
  readonly connections: () => number;
  stop(): Promise<void>;
}

/** Starts it. `/boom` is answered with 500, `/mine` with a 401 of its own, the rest with 200. */
export async function startUpstream(): Promise<Upstream> {
  const arrived: Arrived[] = [];
  let connections = 0;
  const server = createServer((req, res) => {
    const headers: Record<string, string> = {};
    const raw = req.rawHeaders;
    for (let at = 0; at < raw.length; at += 2) {
      const name = (raw[at] ?? "").toLowerCase().replaceAll("_", "-");
      const value = raw[at + 1] ?? "";
      headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
    }
    const one: Arrived = { method: req.method ?? "", url: req.url ?? "", headers };
    arrived.push(one);
    req.resume();
    const status = one.url === "/boom" ? 500 : one.url === "/mine" ? 401 : 200;
    res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(one));
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    arrived,
    connections: () => connections,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
