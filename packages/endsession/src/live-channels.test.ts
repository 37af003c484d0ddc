/** Streams and sockets on a real server: the end of a session closes them (RV-02). */
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { EndSession } from "./endsession.ts";
import { mount, sessionOfUpgrade } from "./node.ts";
import { sqliteStore } from "./sqlite.ts";
import {
  byCookie,
  type Device,
  openInstallation,
  origin,
  signInDevice,
} from "./test-support/rig.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A server with the routes of endsession, and sockets that close with their sessions. */
async function serve(of: EndSession): Promise<number> {
  const routes = mount(of);
  const server = createServer((req, res) => routes(req, res, () => res.writeHead(404).end()));
  server.on("upgrade", (req, socket: Socket) => {
    void (async () => {
      const session = await sessionOfUpgrade(of, req);
      if (!session) return socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      const stop = of.sessions.onEnded(session, () => socket.end());
      socket.once("close", stop);
      return socket.write(switching);
    })();
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const switching =
  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

/** Asks for a socket; gives the status, and when it is one, the socket. */
async function connect(
  port: number,
  headers: Record<string, string>,
): Promise<{ readonly status: number; readonly socket: Socket | null }> {
  const asking = request({
    port,
    host: "127.0.0.1",
    headers: { ...headers, connection: "upgrade", upgrade: "websocket" },
  }).end();
  return new Promise((resolve, reject) => {
    asking.once("error", reject);
    asking.once("upgrade", (_, socket: Socket) => resolve({ status: 101, socket }));
    asking.once("response", ({ statusCode = 0 }) => resolve({ status: statusCode, socket: null }));
  });
}

async function twoInstances(): Promise<{ here: EndSession; there: EndSession }> {
  const file = join(await mkdtemp(join(tmpdir(), "endsession-live-")), "sessions.db");
  const open = async (): Promise<EndSession> =>
    openInstallation({ store: await sqliteStore(file) });
  return { here: await open(), there: await open() };
}

const fromPage = (device: Device): Record<string, string> => ({ ...byCookie(device), origin });

describe("RV-02: the end of a session", () => {
  it.each(["here", "there"] as const)("closes its sockets and streams, ended %s", async (where) => {
    const instances = await twoInstances();
    const { here } = instances;
    const port = await serve(here);
    const device = await signInDevice(here, "ada");
    const bystander = await signInDevice(here, "bob");
    const { status, socket } = await connect(port, fromPage(device));
    expect(status).toBe(101);
    const other = await connect(port, fromPage(bystander));
    const stream = await fetch(`http://127.0.0.1:${port}/events`, { headers: byCookie(device) });
    const text = stream.text();
    const closed = once(socket as Socket, "close");
    socket?.resume();
    await instances[where].sessions.endAll({ userId: "ada" });
    await closed;
    expect(await text).toContain("event: over");
    expect(other.socket?.destroyed).toBe(false);
    other.socket?.destroy();
    await Promise.all([instances.here.close(), instances.there.close()]);
  });

  it("closes streams that nobody reads, and gives their places back", async () => {
    const of = await openInstallation({ events: { perUser: 1 } });
    const port = await serve(of);
    const device = await signInDevice(of, "ada");
    const open = (signal?: AbortSignal): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/events`, {
        headers: byCookie(device),
        ...(signal && { signal }),
      });
    const gone = new AbortController();
    expect((await open(gone.signal)).status).toBe(200);
    expect((await open()).status).toBe(429);
    gone.abort();
    await expect.poll(async () => (await open()).status).toBe(200);
    await of.close();
  });
});

describe("sessionOfUpgrade", () => {
  it("opens no socket to nobody, to a dead session, or to a page of another site", async () => {
    const of = await openInstallation();
    const port = await serve(of);
    const device = await signInDevice(of, "ada");
    const cookie = { cookie: byCookie(device)["cookie"] ?? "" };
    expect((await connect(port, {})).status).toBe(401);
    expect((await connect(port, { ...cookie, origin: "https://evil.example" })).status).toBe(401);
    const crossSite = { ...cookie, origin, "sec-fetch-site": "cross-site" };
    expect((await connect(port, crossSite)).status).toBe(401);
    const { status, socket } = await connect(port, fromPage(device));
    expect(status).toBe(101);
    socket?.destroy();
    await of.sessions.endAll({ userId: "ada" });
    expect((await connect(port, fromPage(device))).status).toBe(401);
    await of.close();
  });
});
