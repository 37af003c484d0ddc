/** The strict promise while instances die and stand still, and while the database dies. */
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { createDatabase, startPostgres } from "../services/postgres.ts";
import { startCluster } from "./cluster.ts";
import { told } from "./figures.ts";
import { endEach } from "./pacing.ts";
import { use } from "./subjects.ts";
import { Traffic } from "./traffic.ts";

const bound = 1000;
/** Nothing is timed here; an end that hung would take longer. */
const generous = 4000;
const ends = process.env["ENDSESSION_NIGHTLY"] ? 1500 : 100;
const timeout = 60_000 + ends * 1000;
const postgres = inject("postgres18");

describe.skipIf(postgres === null)("PostgreSQL 18", () => {
  test(
    "2. an instance that is killed and one that stands still hold ends up for no longer than B, and accept nothing afterwards",
    { timeout },
    async () => {
      const database = await createDatabase({ url: postgres ?? "" });
      const cluster = await startCluster({ size: 4, database, bound });
      onTestFinished(() => cluster.stop());
      const traffic = new Traffic(cluster);
      const [first, second] = cluster.instances;
      if (!first || !second) throw new Error("There are no instances.");
      const running = traffic.run(2, ends);
      await traffic.until(() => traffic.ends.length >= ends / 5);
      await first.kill();
      await traffic.until(() => traffic.ends.length >= (ends * 2) / 5);

      // What it knew to be live ends while it stands still; then it is asked for all of that.
      const known = new Traffic(cluster, { pace: 30 });
      const entries = await known.openMany(16);
      const before = await second.counters();
      second.freeze();
      await Promise.all(entries.map((entry) => known.end(entry)));
      const asked = entries.flatMap(({ subject }) =>
        subject.credentials.map((credential) => use(second, credential)),
      );
      await traffic.until(() => traffic.ends.length >= (ends * 3) / 5);
      second.thaw();
      const statuses = await Promise.all(asked);
      await first.restart();
      await running;
      await Promise.all([traffic.close(), known.close()]);
      told("strict, kill and stop", traffic);
      told("strict, stopped", known);

      expect(before.accepted).toBeGreaterThan(before.lookups);
      expect(new Set(statuses)).toEqual(new Set([401]));
      expect([...traffic.stale(), ...known.stale()]).toEqual([]);
      expect([...traffic.odd, ...known.odd]).toEqual([]);
      expect([...(await traffic.survivors()), ...(await known.survivors())]).toEqual([]);
      const all = [...traffic.ends, ...known.ends];
      expect(all.length).toBeGreaterThan(ends);
      expect(all.filter(({ milliseconds }) => milliseconds > bound + generous)).toEqual([]);
    },
  );

  test(
    "2. a database that is killed and started again: no 2xx without an end, and every end stays",
    { timeout },
    async () => {
      const server = await startPostgres({ version: 18 });
      onTestFinished(() => server.stop());
      const database = await createDatabase(server);
      const cluster = await startCluster({ size: 3, database, bound });
      onTestFinished(() => cluster.stop());
      const traffic = new Traffic(cluster);
      const known = new Traffic(cluster, { pace: 30, credentials: 1 });
      const entries = await known.openMany(24);
      const running = traffic.run(2, ends);
      await traffic.until(() => traffic.ends.length >= ends / 3);
      await server.kill();
      const [early, late] = [entries.slice(0, 4), entries.slice(4)];
      const ending = endEach(early, known);
      await known.until(() => known.unavailable >= 8);
      await server.start();
      // The instances find out one by one that the database has begun another life.
      await endEach(late, known);
      await ending;
      await Promise.all(entries.map((entry) => known.refused(entry)));
      await running;
      await Promise.all([traffic.close(), known.close()]);
      told("strict, database killed", traffic);
      told("strict, database killed, known before", known);

      expect([...traffic.stale(), ...known.stale()]).toEqual([]);
      expect([...traffic.odd, ...known.odd]).toEqual([]);
      expect([...(await traffic.survivors()), ...(await known.survivors())]).toEqual([]);
      expect(known.unavailable).toBeGreaterThanOrEqual(8);
      // All but logouts from everywhere whose first answer was lost.
      expect(traffic.ends.length).toBeGreaterThan(ends * 0.9);
    },
  );
});
