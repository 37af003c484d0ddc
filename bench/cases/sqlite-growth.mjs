// @ts-check
/** Whether logging out everywhere gets dearer as the store fills, or as its user signs in. */
import { facts, installOnFile } from "../support/installation.mjs";
import { rawCommits } from "../support/raw-commits.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("endsession/sqlite").SqliteDatabase} SqliteDatabase
 */

const batch = 10;

/** @param {Bench} bench */
export async function run(bench) {
  await bench.attempt(["P22.store"], async () => {
    const sizes = /** @type {const} */ ([10_000, bench.full ? 1_000_000 : 100_000]);
    const files = await Promise.all(sizes.map((size) => open(size)));
    let user = 0;
    const everyone = () => `seed-${(user += 1)}`;
    await growth(bench, "P22.store", sizes, files, batch, () => everyone);
  });
  await bench.attempt(["P22.user"], async () => {
    const sizes = /** @type {const} */ ([5, bench.full ? 100_000 : 10_000]);
    const file = await open(10_000);
    for (const size of sizes) seed(file.database, size, `'owner-of-${size}'`, `'${size}-'`);
    await growth(bench, "P22.user", sizes, [file, file], 1, (size) => () => `owner-of-${size}`);
  });
}

/**
 * @param {Bench} bench
 * @param {string} row
 * @param {readonly [number, number]} sizes
 * @param {readonly Awaited<ReturnType<typeof open>>[]} files
 * @param {number} acts   logouts everywhere per run
 * @param {(size: number) => () => string} userOf
 */
async function growth(bench, row, sizes, files, acts, userOf) {
  const cases = sizes.flatMap((size, index) => {
    const file = files[index] ?? files[0];
    if (!file) return [];
    const { database, endsession } = file;
    const next = userOf(size);
    return [
      { name: `raw commit, ${size}`, batch, run: rawCommits(database, batch) },
      { name: `raw commit again, ${size}`, batch, run: rawCommits(database, batch) },
      {
        name: `logout-all, ${size}`,
        batch: acts,
        prepare: acts === 1 ? () => revive(database, next()) : () => undefined,
        async run() {
          for (let act = 0; act < acts; act += 1)
            await endsession.sessions.endAll({ userId: next() });
          return acts;
        },
      },
    ];
  });
  const [small, large] = sizes;
  const table = await bench.table({
    title: `logout-all, ${small} and ${large} sessions`,
    clock: "wall",
    rounds: acts === 1 ? 31 : 15,
    disk: true,
    warmUp: 8,
    control: [`raw commit, ${small}`, `raw commit again, ${small}`],
    cases,
  });
  const cost = (/** @type {Record<string, number>} */ of, /** @type {number} */ size) =>
    (of[`logout-all, ${size}`] ?? 0) / (of[`raw commit, ${size}`] ?? 0);
  bench.ratio(
    row,
    table,
    (of) => Math.log(cost(of, large) / cost(of, small)) / Math.log(large / small),
    [`the slope of log cost over log size, ${small} to ${large} sessions`],
  );
}

/** A file with so many sessions, five a user. @param {number} size */
async function open(size) {
  const { database, endsession } = await installOnFile();
  await endsession.sessions.start({ userId: "template", request: facts });
  seed(database, size, "'seed-' || (n / 5)", "''");
  return { database, endsession };
}

/**
 * Copies a session that the library has made: whatever its columns are, the copies are like it.
 * @param {SqliteDatabase} database
 * @param {number} size
 * @param {string} user     SQL for the user of copy `n`
 * @param {string} prefix   SQL for what tells these copies from others
 */
function seed(database, size, user, prefix) {
  const rows = /** @type {{ name: string }[]} */ (
    database.prepare("PRAGMA table_info(sessions)").all()
  );
  const columns = rows.map(({ name }) => name);
  /** @type {Record<string, string>} */
  const own = {
    id: `${prefix} || substr(hex(randomblob(16)), 1, 22) || n`,
    token_hash: `hex(randomblob(16)) || n`,
    user_id: user,
  };
  const values = columns.map((name) => own[name] ?? `template."${name}"`);
  database.exec(`
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${size - 1})
    INSERT INTO sessions (${columns.map((name) => `"${name}"`).join(", ")})
    SELECT ${values.join(", ")} FROM numbers, (SELECT * FROM sessions WHERE user_id = 'template') AS template
  `);
}

/**
 * Makes all of a user's sessions live again, so that the next logout has as much to end.
 * @param {SqliteDatabase} database @param {string} userId
 */
function revive(database, userId) {
  const epoch = "SELECT auth_version FROM users WHERE id = sessions.user_id";
  database.exec(
    `UPDATE sessions SET auth_version = coalesce((${epoch}), auth_version), ended_at = NULL WHERE user_id = '${userId}'`,
  );
  // What this has written is put away now, and not at the expense of the act that follows.
  database.exec("PRAGMA wal_checkpoint; UPDATE raw_commits SET text = text WHERE id = 1");
}
