/** A transaction that stays open elsewhere on the server holds back neither ends nor their news. */
import { Client } from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import { createDatabase } from "../services/postgres.ts";
import { startCluster } from "./cluster.ts";
import { quantile, told } from "./figures.ts";
import { Traffic } from "./traffic.ts";

const bound = 2000;
const ends = process.env["ENDSESSION_NIGHTLY"] ? 2000 : 100;
const postgres = inject("postgres18");

/** Begins a transaction that has a number and a snapshot, and leaves it alone. */
async function leaveOpen(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await client.query("SELECT pg_current_xact_id(), count(*) FROM pg_class");
}

test.skipIf(postgres === null)(
  "4. a long transaction elsewhere delays no end, and lets no instance accept anything stale",
  { timeout: 60_000 + ends * 1000 },
  async () => {
    const database = await createDatabase({ url: postgres ?? "" });
    const cluster = await startCluster({ size: 3, database, bound });
    onTestFinished(() => cluster.stop());
    // In another database, as a backup or a report would be, and in this one.
    await leaveOpen(postgres ?? "");
    await leaveOpen(database);
    const traffic = new Traffic(cluster, { pace: 5 });
    await traffic.run(2, ends);
    await traffic.close();
    const counted = await Promise.all(cluster.instances.map((one) => one.counters()));
    told("long transaction", traffic, counted);

    expect(traffic.stale()).toEqual([]);
    expect(traffic.odd).toEqual([]);
    expect(traffic.ends.length).toBe(ends);
    // No end waited for the bound, or for the transaction: the median tells, whatever the load.
    expect(quantile(traffic, 0.5)).toBeLessThan(bound * 0.75);
    for (const { accepted, lookups } of counted) expect(lookups).toBeLessThan(accepted);
  },
);
