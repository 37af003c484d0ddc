// @ts-check
/** A checked request on Fastify, beside hand-written checks and tokens that nobody can revoke. */
import { startPostgres, startRedis } from "../support/services.mjs";
import { addedRatio, needs, peerTable } from "../support/peer-table.mjs";

/** @type {[string, string[]][]} */
const variants = [
  ["ours.mjs", ["fastify bare", "fastify endsession cookie", "fastify endsession token"]],
  ["jwt.mjs", ["fastify @fastify/jwt", "fastify @fastify/jwt, cache"]],
  [
    "hand-written.mjs",
    ["fastify SELECT, SQLite", "fastify GET, Redis", "fastify SELECT, PostgreSQL"],
  ],
];

/** @type {[row: string, ours: string, other: string][]} */
const rows = [
  ["P4b.sqlite", "fastify endsession cookie", "fastify SELECT, SQLite"],
  ["P4b.redis", "fastify endsession cookie", "fastify GET, Redis"],
  ["P4b.postgres", "fastify endsession cookie", "fastify SELECT, PostgreSQL"],
  ["P5", "fastify endsession token", "fastify @fastify/jwt, cache"],
];

/** @param {import("../harness/bench.mjs").Bench} bench */
export async function run(bench) {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  try {
    const services = { redis: redis.url, postgres: postgres.url };
    const table = await peerTable(bench, {
      title: "Fastify over HTTP",
      batch: 1000,
      variants,
      services,
    });
    for (const [row, ours, other] of rows) {
      await bench.attempt([row], async () => {
        for (const name of [ours, other]) needs(table.times, name);
        bench.ratio(row, table, addedRatio(ours, other));
      });
    }
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
  }
}
