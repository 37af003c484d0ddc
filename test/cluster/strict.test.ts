/**
 * A 2xx to an end, and from that moment on no instance accepts the session: real processes, asked
 * without a pause for the very credentials that are being ended.
 */
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { createDatabase } from "../services/postgres.ts";
import { startCluster } from "./cluster.ts";
import { told } from "./figures.ts";
import { Traffic } from "./traffic.ts";

const ends = process.env["ENDSESSION_NIGHTLY"] ? 3000 : 150;
const redis = inject("redis");
const setups = [
  { name: "PostgreSQL 15", postgres: inject("postgres15"), redis: null },
  { name: "PostgreSQL 18 and Redis", postgres: inject("postgres18"), redis },
];

describe.each(setups)("$name", ({ name, postgres, redis: url }) => {
  test.skipIf(postgres === null || (name.includes("Redis") && url === null))(
    "2. no request that was sent after the 2xx to an end is accepted by any instance",
    { timeout: 30_000 + ends * 600 },
    async () => {
      const database = await createDatabase({ url: postgres ?? "" });
      const cluster = await startCluster({
        size: 3,
        database,
        ...(url === null ? {} : { redis: url }),
      });
      onTestFinished(() => cluster.stop());
      const traffic = new Traffic(cluster);
      await traffic.run(2, ends);
      await traffic.close();
      const counted = await Promise.all(cluster.instances.map((one) => one.counters()));
      told(`strict, ${name}`, traffic, counted);

      expect(traffic.stale()).toEqual([]);
      expect(traffic.odd).toEqual([]);
      expect(await traffic.survivors()).toEqual([]);
      // It was not easy: every credential was accepted by every instance just before, thousands of
      // times in all and mostly from memory, and nothing but yes and no was ever answered.
      expect(traffic.ends.length).toBe(ends);
      expect(Object.keys(traffic.statuses)).toEqual(["200", "401"]);
      const accepted = counted.reduce((sum, one) => sum + one.accepted, 0);
      const lookups = counted.reduce((sum, one) => sum + one.lookups, 0);
      expect(accepted).toBeGreaterThan(ends * 18);
      expect(lookups).toBeLessThan(accepted / 2);
    },
  );
});
