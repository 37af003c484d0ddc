/** A tiny application with a sign-in, a private answer and a logout that is right or wrong. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

export interface Behaviour {
  /** What a logout does to the session: ends it (default), nothing, or lets it ask so often yet. */
  readonly logout?: "ends" | "nothing" | number;
  /** What strangers get: 401 (default), the sign-in form as 200, or a redirect to it. */
  readonly strangers?: "401" | "form" | "redirect";
  /** Every answer replaces the session cookie; a logout ends the latest value only. */
  readonly rotates?: boolean;
  /** Signs in whoever sends this cookie without a session. */
  readonly remembers?: boolean;
  /** After the logout, one request in so many fails. */
  readonly fails?: number;
  /** Key and certificate, for https. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface Application {
  readonly url: string;
  /** What was asked, as `GET /account`, and by the how manieth connection. */
  readonly asked: readonly { readonly what: string; readonly connection: number }[];
  /** Signs in, and gives the answer, which sets `sid` and has `{ token }`. */
  signIn(): Promise<Response>;
  stop(): Promise<void>;
}

const form = '<form method="post"><input name="user"><input type="password" name="word"></form>';

export async function startApplication(behaviour: Behaviour = {}): Promise<Application> {
  const { logout = "ends", strangers = "401", rotates, remembers, fails, tls } = behaviour;
  const live = new Set<string>();
  const asked: { what: string; connection: number }[] = [];
  const connections = new Map<Socket, number>();
  let failing = false;
  let count = 0;
  let left: number | null = null;

  const begin = (): string => {
    const id = randomBytes(16).toString("hex");
    live.add(id);
    return id;
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const connection = connections.get(request.socket) ?? connections.size;
    connections.set(request.socket, connection);
    asked.push({ what: `${request.method} ${path}`, connection });
    const cookies = new Map(
      (request.headers.cookie ?? "").split("; ").map((pair) => pair.split("=") as [string, string]),
    );
    const bearer = (request.headers.authorization ?? "").replace(/^Bearer /u, "");
    if (left !== null && (left -= 1) < 0) live.clear();
    const id = [bearer, cookies.get("sid") ?? ""].find((it) => live.has(it));
    if (path === "/login") {
      const fresh = begin();
      response.setHeader("set-cookie", [
        `sid=${fresh}; Path=/; HttpOnly`,
        ...(remembers === true ? ["remember=for-a-long-time; Path=/"] : []),
      ]);
      response.end(JSON.stringify({ token: fresh }));
    } else if (path === "/logout") {
      failing = fails !== undefined;
      if (logout === "ends") live.delete(id ?? "");
      else if (logout !== "nothing") left = logout;
      response.setHeader("set-cookie", "sid=; Path=/; Max-Age=0");
      response.end("bye");
    } else if (path === "/public") {
      response.end("Welcome to the shop");
    } else if (failing && (count += 1) % (fails ?? 1) === 0) {
      response.writeHead(500).end("broken");
    } else if (id !== undefined || (remembers === true && cookies.has("remember"))) {
      if (rotates === true) response.setHeader("set-cookie", `sid=${begin()}; Path=/; HttpOnly`);
      response.setHeader("content-type", "text/html");
      response.end("<h1>Account of Ada</h1><p>Your last order was a kettle</p>");
    } else if (strangers === "form") {
      response.setHeader("content-type", "text/html");
      response.end(form);
    } else if (strangers === "redirect") {
      response.writeHead(302, { location: "/login" }).end();
    } else {
      response.writeHead(401).end("no");
    }
  };

  const server = tls === undefined ? createServer(handle) : createSecureServer(tls, handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return {
    url,
    asked,
    signIn: () => fetch(`${url}/login`, { method: "POST" }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
