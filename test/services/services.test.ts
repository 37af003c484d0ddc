/** The services that tests rest on are what they claim to be. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createClient } from "redis";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { asClient, createDatabase, type PostgresServer, startPostgres } from "./postgres.ts";
import { freePort } from "./port.ts";
import { startRedis } from "./redis.ts";
import { type Standby, startStandby } from "./standby.ts";
import { startProxy, type TcpProxy } from "./tcp-proxy.ts";

async function rows(url: string, sql: string): Promise<unknown[][]> {
  const query = { text: sql, rowMode: "array" } as const;
  return (await asClient(url, (client) => client.query<unknown[]>(query))).rows;
}

const shared = [
  { version: 15, url: inject("postgres15") },
  { version: 18, url: inject("postgres18") },
] as const;

for (const { version, url } of shared) {
  describe.skipIf(url === null)(`PostgreSQL ${version}`, () => {
    const admin = url ?? "";

    test("is that version, and syncs what it commits", async () => {
      const settings = await rows(
        admin,
        `SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync'),
           current_setting('full_page_writes'), current_setting('synchronous_commit'),
           current_setting('max_connections')`,
      );
      expect(settings).toEqual([[version, "on", "on", "on", "200"]]);
    });

    test("gives each test an empty database, whose owner is no superuser", async () => {
      const databases = await Promise.all([
        createDatabase({ url: admin }),
        createDatabase({ url: admin }),
      ]);
      expect(new Set(databases).size).toBe(2);
      for (const database of databases) {
        const [who] = await rows(
          database,
          `SELECT current_user::text, rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls,
             (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'public'::regnamespace)
           FROM pg_roles WHERE rolname = current_user`,
        );
        expect(who).toEqual(["endsession", false, 0]);
        await rows(database, "CREATE TABLE t (a int)");
      }
    });

    test("is killed with all of its processes, and comes back with what was committed", async () => {
      const server = await startPostgres({ version });
      onTestFinished(() => server.stop());
      const database = await createDatabase(server);
      await rows(database, "CREATE TABLE t (a int)");
      await rows(database, "INSERT INTO t VALUES (1)");
      await server.kill();
      await expect(rows(database, "SELECT 1")).rejects.toThrow("ECONNREFUSED");
      await server.start();
      expect(await rows(database, "SELECT a FROM t")).toEqual([[1]]);
    });

    test("a standby that is promoted lacks what was committed after its link was cut", async () => {
      const { primary, standby } = await pair(version);
      const database = await createDatabase(primary);
      const there = database.replace(`:${primary.port}/`, `:${standby.port}/`);
      await rows(database, "CREATE TABLE t (a text)");
      await rows(database, "INSERT INTO t VALUES ('A')");
      await standby.caughtUp();
      expect(await rows(there, "SELECT a FROM t")).toEqual([["A"]]);
      const timeline = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
      expect(await rows(primary.url, timeline)).toEqual([["00000001"]]);

      await standby.cut();
      await rows(database, "INSERT INTO t VALUES ('B')");
      await primary.kill();
      await standby.promote();
      expect(await rows(there, "SELECT a FROM t")).toEqual([["A"]]);
      expect(await rows(standby.url, timeline)).toEqual([["00000002"]]);
      await rows(there, "INSERT INTO t VALUES ('C')");
    });
  });
}

async function pair(version: 15 | 18): Promise<{ primary: PostgresServer; standby: Standby }> {
  const primary = await startPostgres({ version });
  onTestFinished(() => primary.stop());
  const standby = await startStandby(primary);
  onTestFinished(() => standby.stop());
  return { primary, standby };
}

describe.skipIf(inject("redis") === null)("Redis", () => {
  test("answers, evicts nothing and persists nothing", async () => {
    const client = createClient({ url: inject("redis") ?? "" });
    await client.connect();
    onTestFinished(() => client.close());
    expect(await client.eval("return redis.call('PING')")).toBeTruthy();
    expect(await client.configGet(["maxmemory-policy", "appendonly", "save"])).toMatchObject({
      "maxmemory-policy": "noeviction",
      appendonly: "no",
      save: "",
    });
  });

  test("is killed, and comes back under its port, with what its settings keep", async () => {
    const server = await startRedis({ settings: { appendonly: "yes", appendfsync: "always" } });
    onTestFinished(() => server.stop());
    const before = createClient({ url: server.url, socket: { reconnectStrategy: false } });
    before.on("error", () => {});
    await before.connect();
    await before.set("key", "value");
    await server.kill();
    await server.start();
    const after = createClient({ url: server.url });
    await after.connect();
    onTestFinished(() => after.close());
    expect(await after.get("key")).toBe("value");
  });
});

test("a port is given once", async () => {
  const ports: number[] = [];
  // By chance alone, a dozen of these would be the same.
  while (ports.length < 600) ports.push(await freePort());
  expect(new Set(ports).size).toBe(ports.length);
});

describe("the proxy", () => {
  test("passes on, both ways", async () => {
    const client = await open(await echoBehindProxy());
    expect(await echo(client, "hello")).toBe("hello");
  });

  test("cut: resets what is open, refuses what comes, and passes again afterwards", async () => {
    const proxy = await echoBehindProxy();
    const client = await open(proxy);
    expect(await echo(client, "hello")).toBe("hello");
    const closed = closing(client);
    await proxy.mode("cut");
    await closed;
    await expect(open(proxy)).rejects.toThrow("ECONNREFUSED");
    await proxy.mode("pass");
    expect(await echo(await open(proxy), "again")).toBe("again");
  });

  test("hole: swallows in what is open and in what comes, and resets both afterwards", async () => {
    const proxy = await echoBehindProxy();
    const old = await open(proxy);
    expect(await echo(old, "hello")).toBe("hello");
    await proxy.mode("hole");
    const clients = [old, await open(proxy)];
    const heard: string[] = [];
    for (const client of clients) client.on("data", (chunk) => heard.push(chunk.toString()));
    // More than all buffers on the way hold: it is written only once the proxy has read most of it.
    const lost = Buffer.alloc(32 * 1024 * 1024);
    await Promise.all(clients.map((client) => written(client, lost)));
    const closed = clients.map(closing);
    await proxy.mode("pass");
    await Promise.all(closed);
    expect(heard).toEqual([]);
    expect(await echo(await open(proxy), "again")).toBe("again");
  });

  test("drip: hands on a few bytes at a time, and the rest at once when it passes", async () => {
    const proxy = await echoBehindProxy();
    const client = await open(proxy);
    await proxy.mode("drip");
    const sent = "0123456789abcdef".repeat(400);
    const pieces: string[] = [];
    const complete = new Promise<void>((resolve) => {
      client.on("data", (chunk) => {
        pieces.push(chunk.toString());
        if (pieces.length === 2) void proxy.mode("pass");
        if (pieces.join("").length === sent.length) resolve();
      });
    });
    client.write(sent);
    await complete;
    expect(pieces.join("")).toBe(sent);
    expect(pieces.slice(0, 2).map((piece) => piece.length)).toEqual([16, 16]);
  });
});

/** A proxy before a server that says what it hears. */
async function echoBehindProxy(): Promise<TcpProxy> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const proxy = await startProxy((server.address() as AddressInfo).port);
  onTestFinished(() => proxy.close());
  return proxy;
}

async function open({ port }: TcpProxy): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  await once(socket, "connect");
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Unlike `once`, content with a close by a reset. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => {
      resolve();
    });
  });
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return chunk.toString();
}
