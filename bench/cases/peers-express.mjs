// @ts-check
/** A checked request on Express, beside all that others put there. */
import { startRedis } from "../support/services.mjs";
import { addedRatio, needs, peerTable } from "../support/peer-table.mjs";

/** @type {[string, string[]][]} */
const variants = [
  ["ours.mjs", ["express bare", "express endsession cookie", "express endsession token"]],
  ["jwt.mjs", ["express jsonwebtoken", "express third seed", "express third seed, KeyObject"]],
  [
    "sessions.mjs",
    [
      "express express-session",
      "express express-session, defaults",
      "express iron-session",
      "express @auth/core",
    ],
  ],
  ["better-auth.mjs", ["express better-auth", "express better-auth, cookie cache"]],
  ["supertokens.mjs", ["express supertokens", "express supertokens, checkDatabase"]],
];

/** @type {[row: string, ours: string, other: string][]} */
const rows = [
  ["P4.third-seed", "express endsession token", "express third seed, KeyObject"],
  ["P4.express-session", "express endsession cookie", "express express-session"],
  ["P4.better-auth", "express endsession cookie", "express better-auth"],
];

/** @param {import("../harness/bench.mjs").Bench} bench */
export async function run(bench) {
  const redis = await startRedis();
  try {
    const services = { redis: redis.url, postgres: null };
    const table = await peerTable(bench, {
      title: "Express over HTTP",
      batch: 1200,
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
    await redis.stop();
  }
}
