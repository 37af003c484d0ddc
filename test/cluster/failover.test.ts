/**
 * A standby that has not received the last commits takes over: what had been acknowledged and is
 * lost is ended again by the instances that remember it, and somebody is told.
 */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { asClient, createDatabase, startPostgres } from "../services/postgres.ts";
import { startStandby } from "../services/standby.ts";
import { startProxy } from "../services/tcp-proxy.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { told } from "./figures.ts";
import { Traffic } from "./traffic.ts";

const bound = 1000;
const postgres = inject("postgres15");

/** The ids of sessions that a database believes to be live. */
async function liveIn(url: string): Promise<ReadonlySet<string>> {
  const { rows } = await asClient(url, (client) =>
    client.query<{ id: string }>(
      `SELECT sessions.id FROM sessions
         JOIN users ON users.tenant_id = sessions.tenant_id AND users.id = sessions.user_id
       WHERE ended_at IS NULL AND users.auth_version = sessions.auth_version`,
    ),
  );
  return new Set(rows.map(({ id }) => id));
}

/** How many lost ends each instance has told of, in records of the level `error`. */
function alarms({ instances }: Cluster): number[] {
  return instances.flatMap(({ log }) =>
    log.flatMap(({ level, missing }) =>
      level === "error" && typeof missing === "number" ? [missing] : [],
    ),
  );
}

/** Locks what ending again needs, until every instance has given up its first attempt. */
async function obstruct(url: string, { instances }: Cluster): Promise<void> {
  const attempts = new Set<string>();
  const began = performance.now();
  await asClient(url, async (client) => {
    await client.query("BEGIN");
    await client.query("SELECT id FROM installation FOR UPDATE");
    // Whoever waits on a second connection has given up the first. Who never tries again is not
    // waited for; the end of the test tells.
    const twice = (): boolean => attempts.size >= instances.length * 2;
    while (!twice() && performance.now() - began < 15_000) {
      await pause(50);
      await client.query("SELECT pg_stat_clear_snapshot()");
      const { rows } = await client.query<{ pid: number; name: string }>(
        `SELECT pid, application_name AS name FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      for (const { pid, name } of rows) {
        const before = [...attempts].filter((attempt) => attempt.startsWith(`${name} `));
        if (before.length < 2) attempts.add(`${name} ${pid}`);
      }
    }
    await client.query("ROLLBACK");
  });
}

describe.skipIf(postgres === null)("PostgreSQL 15", () => {
  for (const obstructed of [false, true]) {
    const title = "6. ends that a promoted standby has lost are ended again, with an alarm";
    test(
      obstructed ? `${title}, though the first attempt fails` : title,
      {
        timeout: 60_000,
      },
      async () => {
        const primary = await startPostgres({ version: 15 });
        onTestFinished(() => primary.stop());
        const standby = await startStandby(primary);
        onTestFinished(() => standby.stop());
        const proxy = await startProxy(primary.port);
        onTestFinished(() => proxy.close());
        const database = await createDatabase(primary);
        const through = (port: number): string =>
          database.replace(`:${primary.port}/`, `:${port}/`);
        const promoted = through(standby.port);
        const cluster = await startCluster({ size: 3, database: through(proxy.port), bound });
        onTestFinished(() => cluster.stop());
        const traffic = new Traffic(cluster, { pace: 50, credentials: 1 });
        const kept = await traffic.openMany(5);
        const lost = await traffic.openMany(15);
        await Promise.all(kept.map((entry) => traffic.end(entry)));
        await standby.caughtUp();
        await standby.cut();
        await Promise.all(lost.map((entry) => traffic.end(entry)));
        await Promise.all(lost.map((entry) => traffic.refused(entry)));
        await traffic.close();

        await primary.kill();
        await standby.promote();
        const risen = await liveIn(promoted);
        const obstruction = obstructed ? obstruct(promoted, cluster) : null;
        proxy.lead(standby.port);
        const began = performance.now();
        await obstruction;
        const waited = performance.now();
        const live = async (): Promise<number> => (await liveIn(promoted)).size;
        const kind = "password kept";
        const successors = [...kept, ...lost].filter(({ subject }) => subject.way === kind).length;
        while ((await live()) > successors && performance.now() < waited + 20_000) await pause(50);
        while ((await traffic.survivors()).length > 0 && performance.now() < waited + 20_000) {
          await pause(50);
        }
        const took = performance.now() - waited;
        told(`failover, ${Math.round(waited - began)} + ${Math.round(took)} ms`, traffic);

        const risenOf = ({ subject }: (typeof lost)[number]): number =>
          subject.sessionIds.filter((id) => risen.has(id)).length;
        // They were lost indeed, and only those.
        expect(kept.map(risenOf)).toEqual(kept.map(() => 0));
        expect(lost.map(risenOf)).toEqual(lost.map(({ subject }) => subject.sessionIds.length));
        const still = await liveIn(promoted);
        const all = lost.flatMap(({ subject }) => subject.sessionIds);
        expect(all.filter((id) => still.has(id))).toEqual([]);
        expect(await traffic.survivors()).toEqual([]);
        expect(took).toBeLessThan(10_000);
        expect(alarms(cluster).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(15);
        // And everything goes on.
        const next = new Traffic(cluster);
        await next.run(1, 5);
        await next.close();
        expect(next.stale()).toEqual([]);
      },
    );
  }
});
