// @ts-check
/** What ending and rotating costs on a durable SQLite file, in raw durable commits. */
import { inFlight } from "../support/in-flight.mjs";
import { cookieOf, installOnFile, signInMany } from "../support/installation.mjs";
import { rawCommits } from "../support/raw-commits.mjs";
import { rotation, rotationCases, rotationNote } from "../support/rotations.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../harness/rounds.mjs").Case} Case
 */

/** @type {readonly [string, string]} */
const control = ["raw commit", "raw commit again"];

/** @param {Bench} bench */
export async function run(bench) {
  await bench.attempt(["P20", "P21", "P28"], () => ends(bench));
  await bench.attempt(["P25.sqlite", "P26.16", "P26.64"], () => rotations(bench));
}

/** @param {import("endsession/sqlite").SqliteDatabase} database @returns {Case[]} */
function rawCases(database) {
  const batch = 25;
  return control.map((name) => ({ name, batch, run: rawCommits(database, batch) }));
}

/** @param {Bench} bench */
async function ends(bench) {
  const { database, endsession } = await installOnFile();
  const { sessions } = endsession;
  let users = 0;
  /** @type {import("endsession").Credentials[]} */
  let devices = [];
  const signIn = (/** @type {number} */ n) => async () => {
    devices = await signInMany(endsession, n, { tokens: false, prefix: `round-${(users += 1)}` });
  };
  const end = (/** @type {import("endsession").Credentials} */ one) => sessions.end(cookieOf(one));
  const userIds = () => [...new Set(devices.map(({ session }) => session.userId))];

  const table = await bench.table({
    title: "ends on a SQLite file",
    clock: "wall",
    disk: true,
    warmUp: 8,
    control,
    cases: [
      ...rawCases(database),
      { name: "logout", batch: 20, prepare: signIn(20), run: () => inFlight(1, devices, end) },
      {
        name: "logout-all",
        batch: 10,
        prepare: signIn(50),
        run: () => inFlight(1, userIds(), (userId) => sessions.endAll({ userId })),
      },
      {
        name: "logout, 64 in flight",
        batch: 128,
        prepare: signIn(128),
        run: () => inFlight(64, devices, end),
      },
    ],
  });
  const [raw] = control;
  bench.ratio("P20", table, (of) => (of["logout"] ?? 0) / (of[raw] ?? 0));
  bench.ratio("P21", table, (of) => (of["logout-all"] ?? 0) / (of[raw] ?? 0));
  bench.ratio("P28", table, (of) => (of[raw] ?? 0) / (of["logout, 64 in flight"] ?? 0));
}

/** @param {Bench} bench */
async function rotations(bench) {
  const { database, endsession } = await installOnFile({ refreshGrace: 60 });
  const pair = rotationCases(endsession);
  const table = await bench.table({
    title: "rotations on a SQLite file",
    clock: "wall",
    disk: true,
    warmUp: 8,
    control,
    cases: [
      ...rawCases(database),
      ...pair("1 in flight", 1, 20),
      ...pair("16 in flight", 16, 64),
      ...pair("64 in flight", 64, 128),
    ],
  });
  const [raw] = control;
  /** @type {(row: string, value: (of: Record<string, number>) => number) => void} */
  const row = (id, value) => bench.ratio(id, table, value, [rotationNote]);
  row("P25.sqlite", (of) => rotation(of, "1 in flight") / (of[raw] ?? 0));
  row("P26.16", (of) => (of[raw] ?? 0) / rotation(of, "16 in flight"));
  row("P26.64", (of) => (of[raw] ?? 0) / rotation(of, "64 in flight"));
}
