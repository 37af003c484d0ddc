/** The demo on servers: what it says when it cannot use them, and how it ends when it can. */
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { freePort } from "./services/port.ts";
import {
  asClient,
  createDatabase,
  type PostgresServer,
  startPostgres,
} from "./services/postgres.ts";
import { startRedis } from "./services/redis.ts";
import { startStandby } from "./services/standby.ts";
import { startProxy, type TcpProxy } from "./services/tcp-proxy.ts";
import { accounts, type Demo, refusedStart, startDemo } from "./support/demo.ts";
import { newDevice, signIn } from "./support/sessions.ts";

const postgres = inject("postgres18") ?? "";
const redis = inject("redis") ?? "";

/** In every URL that is refused here, and in nothing that is said of it. */
const password = "hunter2";

/** Expects that the demo ends with one sentence, of the place that a URL leads to. */
async function expectRefusal(
  variable: "ENDSESSION_DATABASE" | "ENDSESSION_REDIS",
  url: string,
  says: string,
): Promise<void> {
  const { protocol, host, pathname } = new URL(url);
  const secret = new URL(url);
  secret.password = password;
  const started = await refusedStart({
    ENDSESSION_DATABASE: ":memory:",
    [variable]: secret.href,
  });
  expect(started).toEqual({
    code: 1,
    stdout: "",
    stderr: `endsession demo: ${variable} is "${protocol}//${host}${pathname}": ${says}\n`,
  });
}

/** A proxy that swallows whatever it is sent. */
async function hole(): Promise<TcpProxy> {
  const proxy = await startProxy(1);
  onTestFinished(() => proxy.close());
  await proxy.mode("hole");
  return proxy;
}

describe.skipIf(postgres === "")("on a PostgreSQL that cannot be used", () => {
  const refused = (url: string, says: string): Promise<void> =>
    expectRefusal("ENDSESSION_DATABASE", url, says);
  const unusable = (url: string, why: string): Promise<void> =>
    refused(
      url,
      `the PostgreSQL server cannot be used: ${why}; check the address, the user and the ` +
        "password of the session database, and that the server runs.",
    );

  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ version: 18 });
    await guard(server);
  });
  afterAll(() => server.stop());

  test("nobody listens", async () => {
    const port = await freePort();
    await unusable(`postgres://u@127.0.0.1:${port}/demo`, `connect ECONNREFUSED 127.0.0.1:${port}`);
  });

  test("nobody answers", async () => {
    const why = "Connection terminated due to connection timeout";
    await unusable(`postgres://u@127.0.0.1:${(await hole()).port}/demo`, why);
  });

  test("the password is wrong", async () => {
    const why = 'password authentication failed for user "guarded"';
    await unusable(`postgres://guarded@127.0.0.1:${server.port}/postgres`, why);
  });

  test("the database does not exist", async () => {
    const why = 'database "nowhere" does not exist';
    await unusable(`postgres://endsession@127.0.0.1:${server.port}/nowhere`, why);
  });

  test("the user may not make tables", async () => {
    await refused(
      `postgres://endsession@127.0.0.1:${server.port}/postgres`,
      "the session database could not be brought to this version's tables; nothing was changed " +
        "(permission denied for schema public).",
    );
  });

  test("it is a standby", async () => {
    const standby = await startStandby(server);
    onTestFinished(() => standby.stop());
    await refused(
      standby.url,
      "the PostgreSQL server is a standby, which cannot be written to; give the address of the " +
        "primary.",
    );
  });

  test("its tables are those of a newer version", async () => {
    const database = await createDatabase(server);
    const demo = await startDemo({ database });
    await demo.stop();
    await asClient(database, (client) =>
      client.query("INSERT INTO endsession_migrations VALUES ('9999-later', '')"),
    );
    await refused(
      database,
      'the session database has migration "9999-later", which this version of endsession does ' +
        "not know; run the newer version, or restore a backup made by this one.",
    );
  });
});

/** Asks the role `guarded` for its password, which no test knows. */
async function guard({ url, folder }: PostgresServer): Promise<void> {
  const rules = join(folder, "pg_hba.conf");
  const rest = await readFile(rules, "utf8");
  await writeFile(rules, `host all guarded 127.0.0.1/32 scram-sha-256\n${rest}`);
  await asClient(url, async (client) => {
    await client.query("CREATE ROLE guarded LOGIN PASSWORD 'another'");
    await client.query("SELECT pg_reload_conf()");
  });
}

describe.skipIf(redis === "")("on a Redis that cannot be used", () => {
  const refused = (url: string, says: string): Promise<void> =>
    expectRefusal("ENDSESSION_REDIS", url, says);
  const unusable = (port: number, why: string): Promise<void> =>
    refused(
      `redis://u@127.0.0.1:${port}`,
      `the Redis server cannot be used: ${why}; check its address, its password, and that it runs.`,
    );

  test("nobody listens", async () => {
    const port = await freePort();
    await unusable(port, `connect ECONNREFUSED 127.0.0.1:${port}`);
  });

  test("nobody answers", async () => {
    await unusable((await hole()).port, "no answer within 5000 ms");
  });

  test("it is no Redis", async () => {
    const http = createHttpServer().listen(0, "127.0.0.1");
    await once(http, "listening");
    onTestFinished(() => void http.close());
    await unusable((http.address() as AddressInfo).port, "Socket closed unexpectedly");
  });

  test("the password is wrong", async () => {
    const { port } = new URL(redis);
    const why = "WRONGPASS invalid username-password pair or user is disabled";
    await unusable(Number(port), why);
  });

  test("it drops keys when it is full", async () => {
    const evicting = await startRedis({ settings: { "maxmemory-policy": "allkeys-lru" } });
    onTestFinished(() => evicting.stop());
    await refused(
      evicting.url,
      'the Redis server has the maxmemory-policy "allkeys-lru" and may drop the denylist when it ' +
        'is full; set "maxmemory-policy noeviction", or give a Redis of its own.',
    );
  });
});

test("on a file whose folder is not there", async () => {
  const { code, stdout, stderr } = await refusedStart({
    ENDSESSION_DATABASE: "file:/nowhere/demo.db",
  });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^endsession demo: ENDSESSION_DATABASE is "file:\/nowhere\/demo\.db": the SQLite database .+; check that its folder exists and that this process may write to it\.\n$/u,
  );
});

describe.skipIf(postgres === "" || redis === "")("on a PostgreSQL and a Redis", () => {
  test("SS-05 LO-01: three that start at the same moment are one, and end when asked to", async () => {
    const database = await createDatabase({ url: postgres });
    const start = (): Promise<Demo> =>
      startDemo({ database, env: { ENDSESSION_REDIS: redis, ENDSESSION_LEASE_MS: "1000" } });
    const demos = await Promise.all([start(), start(), start()]);
    onTestFinished(async () => {
      await Promise.all(demos.map((demo) => demo.stop()));
    });
    const cookie = (await signIn(demos[0], accounts.test)).cookieHeader();
    const statuses = (): Promise<number[]> =>
      Promise.all(demos.map(async (demo) => (await newDevice(demo).get("/me", { cookie })).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await newDevice(demos[1]).post("/logout", { cookie })).status).toBe(200);
    expect(await statuses()).toEqual([401, 401, 401]);
    await Promise.all(demos.map((demo) => demo.stop()));
    expect(demos.map((demo) => demo.exitCode)).toEqual([0, 0, 0]);
    for (const demo of demos) expect(demo.output()).not.toContain('"error"');
  });

  test("ends when asked to though neither of them answers any more", async () => {
    const [front, side] = await Promise.all([
      startProxy(Number(new URL(postgres).port)),
      startProxy(Number(new URL(redis).port)),
    ]);
    onTestFinished(async () => {
      await Promise.all([front.close(), side.close()]);
    });
    const database = new URL(await createDatabase({ url: postgres }));
    database.port = String(front.port);
    const demo = await startDemo({
      database: database.href,
      env: { ENDSESSION_REDIS: `redis://127.0.0.1:${side.port}` },
    });
    onTestFinished(() => demo.kill9());
    await signIn(demo, accounts.test);
    await Promise.all([front.mode("hole"), side.mode("hole")]);
    await demo.stop();
    expect(demo.exitCode).toBe(0);
  });
});
