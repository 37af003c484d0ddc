/**
 * `consistency: "bounded"`: whatever happens to an instance, to its way to the database or to the
 * database itself, no request is accepted that was sent later than B after the answer to the end.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  asClient,
  createDatabase,
  type PostgresServer,
  startPostgres,
} from "../services/postgres.ts";
import { startProxy, type TcpProxy } from "../services/tcp-proxy.ts";
import { type Cluster, type Instance, startCluster } from "./cluster.ts";
import { told } from "./figures.ts";
import { endEach } from "./pacing.ts";
import { use } from "./subjects.ts";
import { Traffic } from "./traffic.ts";

const bound = 1000;
const postgres = inject("postgres15");

/** Where a fault strikes. */
interface Scene {
  readonly victim: Instance;
  /** The victim's way to the database. */
  readonly proxy: TcpProxy;
  readonly database: string;
  readonly server: PostgresServer;
}

interface Fault {
  readonly name: string;
  readonly strike: (scene: Scene) => Promise<unknown>;
  /** What happens once the first half of the sessions has ended, and B has passed. */
  readonly heal: (scene: Scene) => Promise<unknown>;
  /** Whether the victim goes on answering from memory until its lease is over. */
  readonly answersOn: boolean;
  /** Whether ends are answered during the fault. */
  readonly ends: boolean;
}

const faults: readonly Fault[] = [
  ...(["cut", "hole", "drip"] as const).map((mode) => ({
    name: `the connection between an instance and PostgreSQL: ${mode}`,
    strike: ({ proxy }: Scene) => proxy.mode(mode),
    heal: ({ proxy }: Scene) => proxy.mode("pass"),
    answersOn: true,
    ends: true,
  })),
  {
    name: "an instance stands still",
    strike: async ({ victim }) => victim.freeze(),
    heal: async ({ victim }) => victim.thaw(),
    answersOn: false,
    ends: true,
  },
  {
    name: "an instance stands still, and the feed is trimmed meanwhile",
    strike: async ({ victim }) => victim.freeze(),
    heal: async ({ victim, database }) => {
      await asClient(database, async (client) => {
        await client.query("BEGIN; DELETE FROM ends");
        await client.query("UPDATE installation SET sweeps = sweeps + 2; COMMIT");
      });
      victim.thaw();
    },
    answersOn: false,
    ends: true,
  },
  {
    name: "the database is killed and started again",
    strike: ({ server }) => server.kill(),
    heal: ({ server }) => server.start(),
    answersOn: true,
    ends: false,
  },
];

async function isAnswering(cluster: Cluster): Promise<void> {
  for (const instance of cluster.running()) {
    while ((await instance.ask({ path: "/healthz" })).status !== 200) await pause(20);
  }
}

/** One server and one cluster for all; each fault finds them healed, and the last kills the server. */
let shared: Scene & { readonly cluster: Cluster };
const closing: (() => Promise<void>)[] = [];

describe.skipIf(postgres === null)("PostgreSQL 15", () => {
  beforeAll(async () => {
    const server = await startPostgres({ version: 15 });
    closing.push(() => server.stop());
    const database = await createDatabase(server);
    const proxy = await startProxy(server.port);
    closing.push(() => proxy.close());
    const proxied = database.replace(`:${server.port}/`, `:${proxy.port}/`);
    const cluster = await startCluster({
      size: 3,
      database: (index) => (index === 0 ? proxied : database),
      consistency: "bounded",
      bound,
    });
    closing.push(() => cluster.stop());
    const [victim] = cluster.instances;
    if (!victim) throw new Error("There is no instance.");
    shared = { victim, proxy, database, server, cluster };
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  for (const fault of faults) {
    const title = `3. ${fault.name}: nothing is accepted that was sent B after the answer`;
    test(title, { timeout: 60_000 }, () => strikeAndHeal(fault));
  }
});

async function strikeAndHeal({ name, strike, heal, answersOn, ends }: Fault): Promise<void> {
  const { cluster, victim } = shared;
  const others = cluster.instances.filter((instance) => instance !== victim);
  const traffic = new Traffic(cluster, { pace: 50, credentials: 1 });
  const entries = await traffic.openMany(28);
  const [during, after] = [entries.slice(0, 10), entries.slice(10)];

  await strike(shared);
  const struck = performance.now();
  if (ends) await endEach(during, traffic, () => others);
  await pause(bound * 1.1);
  const sightsOfVictim = entries.flatMap(({ sights }) => sights.filter(({ at }) => at === victim));
  const acceptedOn = sightsOfVictim.filter(({ acceptedLast }) => acceptedLast > struck).length;
  // Sent later than B after the answers: whenever and by whatever it is answered, it is refused.
  const tooLate = Promise.all(
    during
      .filter(({ endedAt }) => endedAt !== null)
      .flatMap(({ subject }) => subject.credentials.map((one) => use(victim, one))),
  );
  await heal(shared);
  const [statuses] = await Promise.all([
    tooLate,
    endEach(ends ? after : entries, traffic, () => others),
  ]);
  await isAnswering(cluster);
  await pause(bound * 1.1);
  await Promise.all(entries.map((entry) => traffic.refused(entry)));
  await traffic.close();
  told(`bounded, ${name} (${acceptedOn} accepted on)`, traffic);

  const late = entries.filter((entry) => entry.worst() >= bound);
  expect(late.map(({ subject }) => subject.userId)).toEqual([]);
  expect(statuses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
  expect(traffic.odd).toEqual([]);
  expect(await traffic.survivors()).toEqual([]);
  expect(traffic.ends.length).toBe(entries.length);
  // The clients did ask the instance, and it answered from memory as long as it might.
  if (answersOn) expect(acceptedOn).toBeGreaterThan(0);
  else expect(acceptedOn).toBe(0);
}
