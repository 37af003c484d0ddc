// @ts-check
/** What rotating costs on PostgreSQL, in commits of one hand-written UPDATE by key. */
import { inFlight } from "../support/in-flight.mjs";
import { signInMany } from "../support/installation.mjs";
import { comeToRest, installOnPostgres } from "../support/postgres.mjs";
import { rotation, rotationCases, rotationNote } from "../support/rotations.mjs";
import { startPostgres } from "../support/services.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

const rows = 1000;
/** Devices that have signed in before: nobody's database is empty. */
const before = 5000;

/** @param {Bench} bench */
export async function run(bench) {
  const postgres = await startPostgres();
  try {
    const { pool, endsession } = await installOnPostgres(postgres.url, { refreshGrace: 60 });
    const pair = rotationCases(endsession);
    const update = await updates(pool);
    bench.progress(`${before} devices sign in`, 0);
    await signInMany(endsession, before, { cookie: false, prefix: "before" });
    await comeToRest(pool);
    for (const { row, most, batch, updated } of [
      { row: "P25.postgres", most: 1, batch: 20, updated: 100 },
      { row: "P27", most: 64, batch: 128, updated: 900 },
    ]) {
      const name = `${most} in flight`;
      const control = /** @type {const} */ (["UPDATE + commit", "UPDATE + commit again"]);
      await bench.attempt([row], async () => {
        const table = await bench.table({
          title: `rotations on PostgreSQL, ${name}`,
          clock: "wall",
          disk: true,
          warmUp: 8,
          control,
          cases: [
            ...control.map((anchor) => ({
              name: anchor,
              batch: updated,
              run: () => inFlight(most, Array.from({ length: updated }, update.next), update.run),
            })),
            ...pair(name, most, batch),
          ],
        });
        const [raw] = control;
        bench.ratio(
          row,
          table,
          (of) =>
            most === 1 ? rotation(of, name) / (of[raw] ?? 0) : (of[raw] ?? 0) / rotation(of, name),
          [rotationNote],
        );
      });
    }
  } finally {
    await postgres.stop();
  }
}

/**
 * The least that rotates a token durably: a prepared UPDATE of its row by key, that commits by
 * itself, over the same pool.
 * @param {import("../support/postgres.mjs").Pool} pool
 */
async function updates(pool) {
  await pool.query(
    `create table hand_rotated (id text primary key, hash text, previous text, at bigint);
     insert into hand_rotated select 'family-' || n, md5(n::text), null, 0
       from generate_series(0, ${rows - 1}) as numbers(n)`,
  );
  const text = "update hand_rotated set previous = hash, hash = $2, at = $3 where id = $1";
  let turn = 0;
  return {
    /** A row that no other in flight is about to change. */
    next: () => `family-${(turn += 1) % rows}`,
    run: (/** @type {string} */ id) =>
      pool.query({ name: "hand_rotate", text, values: [id, `hash-${turn}`, turn] }),
  };
}
