/** Redis lists what has ended, counts for all, and is needed by nobody. */
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { createDatabase } from "../services/postgres.ts";
import { type RedisServer, startRedis } from "../services/redis.ts";
import { startProxy, type TcpProxy } from "../services/tcp-proxy.ts";
import { type Cluster, type Instance, type Reply, startCluster } from "./cluster.ts";
import { told } from "./figures.ts";
import { startSession, type Started, use } from "./subjects.ts";
import { Traffic } from "./traffic.ts";

const postgres = inject("postgres18");
/** How long an access token lives, and how far the clocks of verifiers may be behind. */
const [lifetime, skew] = [15 * 60_000, 60_000];
/** What a test may take from the answer to the look at the key. */
const slack = 30_000;

type Client = ReturnType<typeof createClient>;

interface Scene {
  readonly cluster: Cluster;
  readonly instances: readonly [Instance, Instance];
  readonly redis: RedisServer;
  /** The instances' way to Redis. */
  readonly proxy: TcpProxy;
  /** Starts a session at the first instance. */
  readonly start: (userId: string) => Promise<Started>;
}

type Closing = (close: () => Promise<void>) => void;

async function open(atEnd: Closing = onTestFinished, logouts?: number): Promise<Scene> {
  const redis = await startRedis();
  atEnd(() => redis.stop());
  const proxy = await startProxy(redis.port);
  atEnd(() => proxy.close());
  const cluster = await startCluster({
    size: 2,
    database: await createDatabase({ url: postgres ?? "" }),
    redis: `redis://127.0.0.1:${proxy.port}`,
    ...(logouts === undefined ? {} : { logouts }),
  });
  atEnd(() => cluster.stop());
  const [one, two] = cluster.instances;
  if (!one || !two) throw new Error("There are no instances.");
  const start = (userId: string): Promise<Started> =>
    startSession(one, cluster.serviceToken, userId);
  return { cluster, instances: [one, two], redis, proxy, start };
}

async function connect({ url }: RedisServer): Promise<Client> {
  const client: Client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

function logout(at: Instance, { cookie }: Started, path = "/logout"): Promise<Reply> {
  const headers = { ...cookie.headers, "sec-fetch-site": "same-origin" };
  return at.ask({ method: "POST", path, headers });
}

/** Waits until keys are there; gives up after a while. */
async function listed(client: Client, keys: readonly string[]): Promise<number> {
  const began = performance.now();
  for (;;) {
    const found = await client.exists([...keys]);
    if (found === keys.length || performance.now() - began > 15_000) return found;
    await pause(20);
  }
}

function claim(accessToken: string, name: string): string {
  const [, body = ""] = accessToken.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
  return String(claims[name]);
}

describe.skipIf(postgres === null || inject("redis") === null)("Redis", () => {
  /** For the tests that neither break anything nor count logouts. */
  let shared: Scene;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    shared = await open((close) => closing.push(close));
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  test("7. a logout lists the session, and the token that it was sent with, as long as tokens live", async () => {
    const { instances, redis, start } = shared;
    const client = await connect(redis);
    const [one, two] = instances;
    const [byCookie, byToken] = [await start("a"), await start("b")];
    expect(await client.exists([`endsession:sid:${byCookie.id}`])).toBe(0);
    expect((await logout(two, byCookie)).status).toBe(200);
    const { headers } = byToken.token;
    expect((await one.ask({ method: "POST", path: "/logout", headers })).status).toBe(200);

    const jti = `endsession:jti:${claim(byToken.accessToken, "jti")}`;
    const keys = [`endsession:sid:${byCookie.id}`, `endsession:sid:${byToken.id}`, jti];
    expect(await client.mGet(keys)).toEqual(["logout", "logout", "revoked"]);
    for (const key of keys) {
      const life = await client.pTTL(key);
      expect(life).toBeLessThanOrEqual(lifetime + skew);
      expect(life).toBeGreaterThan(lifetime + skew - slack);
    }
    // An end of one session says nothing of the token of another.
    expect(await client.exists([`endsession:jti:${claim(byCookie.accessToken, "jti")}`])).toBe(0);
  });

  test("7. a logout from everywhere lists the user with the new auth_version", async () => {
    const { instances, redis, start } = shared;
    const client = await connect(redis);
    const [one, two] = instances;
    const key = "endsession:user:default:everywhere";
    for (const version of ["2", "3"]) {
      const started = await start("everywhere");
      expect(Number(claim(started.accessToken, "auth_version"))).toBe(Number(version) - 1);
      expect((await logout(version === "2" ? one : two, started, "/logout/all")).status).toBe(200);
      expect(await client.get(key)).toBe(version);
      const life = await client.pTTL(key);
      expect(life).toBeLessThanOrEqual(lifetime + skew);
      expect(life).toBeGreaterThan(lifetime + skew - slack);
    }
  });

  test("7. instances share the limit of logouts", async () => {
    const { instances, start } = await open(onTestFinished, 4);
    const [one, two] = instances;
    const statuses: number[] = [];
    for (const at of [one, two, one, two, one, two]) {
      statuses.push((await logout(at, await start("a"))).status);
    }
    // Each alone would let four pass.
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    expect((await logout(two, await start("b"))).status).toBe(200);
  });

  test("7. no command goes over all keys", async () => {
    const { cluster, redis } = shared;
    const traffic = new Traffic(cluster, { pace: 5 });
    await traffic.run(2, 20);
    await traffic.close();
    const client = await connect(redis);
    const names = Object.keys(await commandStats(client));
    expect(names).toContain("set");
    expect(names).toContain("publish");
    const wide = ["keys", "scan", "flushall", "flushdb", "dbsize", "sort"];
    expect(names.filter((name) => wide.includes(name))).toEqual([]);
  });

  test(
    "7. killed, cut off or silent at any moment, it changes no status and no answer",
    {
      timeout: 60_000,
    },
    async () => {
      const { cluster, redis, proxy, instances, start } = await open();
      const traffic = new Traffic(cluster, { pace: 5 });
      let isOver = false;
      const lanes = [1, 2, 3].map(() => traffic.lane(() => !isOver));
      const more = async (count: number): Promise<void> => {
        const target = traffic.ends.length + count;
        await traffic.until(() => traffic.ends.length >= target);
      };
      for (const [strike, heal] of [
        [() => redis.kill(), () => redis.start()],
        [() => proxy.mode("cut"), () => proxy.mode("pass")],
        [() => proxy.mode("hole"), () => proxy.mode("pass")],
      ] as const) {
        await more(6);
        await strike();
        await more(12);
        const [, two] = instances;
        const started = await start("silent");
        expect((await logout(two, started)).status).toBe(200);
        expect(await use(two, started.cookie)).toBe(401);
        await heal();
      }
      await more(6);
      isOver = true;
      await Promise.all(lanes);
      await traffic.close();
      told("redis killed, cut, silent", traffic);
      expect(traffic.stale()).toEqual([]);
      expect(traffic.odd).toEqual([]);
      expect(Object.keys(traffic.statuses)).toEqual(["200", "401"]);
      expect([traffic.unavailable, traffic.unanswered]).toEqual([0, 0]);
      expect(await traffic.survivors()).toEqual([]);
      // Generous; an end that hung would take longer.
      expect(Math.max(...traffic.ends.map(({ milliseconds }) => milliseconds))).toBeLessThan(8000);
    },
  );

  test(
    "6. after it has lost its data, and after a failover to a replica that lags, all is listed again",
    {
      timeout: 60_000,
    },
    async () => {
      const { cluster, redis, proxy, instances, start } = await open();
      const [one, two] = instances;
      const live = await start("live");
      const keyOf = ({ id }: Started): string => `endsession:sid:${id}`;
      const end = async (count: number): Promise<readonly Started[]> => {
        const sessions = await Promise.all(Array.from({ length: count }, () => start("a")));
        for (const [index, session] of sessions.entries()) {
          expect((await logout(index % 2 === 0 ? one : two, session)).status).toBe(200);
        }
        return sessions;
      };
      const nothingChanged = async (ended: readonly Started[]): Promise<void> => {
        for (const at of cluster.instances) {
          for (const session of ended) expect(await use(at, session.token)).toBe(401);
          expect(await use(at, live.cookie)).toBe(200);
        }
      };

      const first = await end(6);
      await redis.kill();
      await nothingChanged(first);
      await redis.start();
      const master = await connect(redis);
      expect(await listed(master, first.map(keyOf))).toBe(first.length);
      await nothingChanged(first);

      // A replica that does not get the last keys takes over, as with Sentinel.
      const replica = await startRedis();
      onTestFinished(() => replica.stop());
      const link = await startProxy(redis.port);
      onTestFinished(() => link.close());
      const second = await connect(replica);
      await second.sendCommand(["REPLICAOF", "127.0.0.1", String(link.port)]);
      expect(await listed(second, first.map(keyOf))).toBe(first.length);
      await link.mode("cut");
      const late = await end(6);
      expect(await second.exists(late.map(keyOf))).toBe(0);
      await second.sendCommand(["REPLICAOF", "NO", "ONE"]);
      await redis.kill();
      proxy.lead(replica.port);
      await nothingChanged([...first, ...late]);
      expect(await listed(second, late.map(keyOf))).toBe(late.length);
      expect(await second.pTTL(keyOf(late[0] ?? live))).toBeLessThanOrEqual(lifetime + skew);
      await nothingChanged([...first, ...late]);
    },
  );
});

/** How often each command was called. */
async function commandStats(client: Client): Promise<Record<string, number>> {
  const text = await client.info("commandstats");
  const lines = text.matchAll(/^cmdstat_([^:|]+)[^:]*:calls=(\d+)/gmu);
  return Object.fromEntries([...lines].map(([, name, calls]) => [String(name), Number(calls)]));
}
