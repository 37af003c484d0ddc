/** Under load everything is killed in turn, and no end that was acknowledged is lost. */
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { createDatabase, startPostgres } from "../services/postgres.ts";
import { startRedis } from "../services/redis.ts";
import { startCluster } from "./cluster.ts";
import { told } from "./figures.ts";
import { Traffic } from "./traffic.ts";

const rounds = process.env["ENDSESSION_NIGHTLY"] ? 20 : 2;
const postgres = inject("postgres18");
const redis = inject("redis");

describe.skipIf(postgres === null || redis === null)("PostgreSQL 18 and Redis", () => {
  test(
    "5. kill -9 of PostgreSQL, of Redis and of each instance in turn: every acknowledged end holds everywhere",
    { timeout: 60_000 + rounds * 60_000 },
    async () => {
      const server = await startPostgres({ version: 18 });
      onTestFinished(() => server.stop());
      const cache = await startRedis();
      onTestFinished(() => cache.stop());
      const database = await createDatabase(server);
      const cluster = await startCluster({ size: 3, database, redis: cache.url, bound: 500 });
      onTestFinished(() => cluster.stop());
      for (let round = 0; round < rounds; round += 1) {
        const traffic = new Traffic(cluster, { pace: 5 });
        let isOver = false;
        const lanes = [1, 2, 3].map(() => traffic.lane(() => !isOver));
        const more = async (count: number): Promise<void> => {
          const target = traffic.ends.length + count;
          await traffic.until(() => traffic.ends.length >= target);
        };
        await more(2);
        await server.kill();
        await server.start();
        await more(2);
        await cache.kill();
        await more(2);
        await cache.start();
        for (const instance of cluster.instances) {
          await more(2);
          await instance.kill();
          await more(2);
          await instance.start();
        }
        await more(2);
        isOver = true;
        await Promise.all(lanes);
        await traffic.close();
        told(`kill, round ${round}`, traffic);
        const survivors = await traffic.survivors();
        const stale = traffic.stale();
        const { odd } = traffic;
        expect({ round, survivors, stale, odd }).toEqual({
          round,
          survivors: [],
          stale: [],
          odd: [],
        });
      }
    },
  );
});
