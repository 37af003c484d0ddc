// @ts-check
/** What ending and rotating costs on a durable SQLite file, in raw durable commits. */
import { inFlight } from "../support/in-flight.mjs";
import { cookieOf, installOnFile, signInMany } from "../support/installation.mjs";
import { rawCommits } from "../support/raw-commits.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("../harness/rounds.mjs").Case} Case
 * @typedef {import("endsession").EndSession} EndSession
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

/**
 * A refresh that repeats the current token does all that a rotation does, except for rotating. The
 * difference of the two is the rotation, its sealing included; `/token` as a whole is P26b.
 * @param {Bench} bench
 */
async function rotations(bench) {
  const { database, endsession } = await installOnFile({ refreshGrace: 60 });
  const { sessions } = endsession;
  const refresh = async (/** @type {string} */ token) => {
    const { outcome } = await sessions.refresh(token);
    if (outcome !== "refreshed") throw new Error(`a refresh was ${outcome}`);
  };
  /** @type {string[]} */
  let fresh = [];
  let users = 0;
  const signIn = (/** @type {number} */ n) => async () => {
    const devices = await signInMany(endsession, n, {
      cookie: false,
      prefix: `round-${(users += 1)}`,
    });
    fresh = devices.map(({ refreshToken }) => refreshToken ?? "");
  };
  /** @type {string[]} */
  let current = [];
  let rotatedAt = Number.NEGATIVE_INFINITY;
  const rotate = async () => {
    if (performance.now() - rotatedAt < 45_000) return;
    await signIn(128)();
    current = [];
    for (const token of fresh) {
      const answer = await sessions.refresh(token);
      if (answer.outcome === "refreshed") current.push(answer.refreshToken);
    }
    for (const token of current) await refresh(token);
    rotatedAt = performance.now();
  };

  /** @type {(name: string, most: number, batch: number) => Case[]} */
  const pair = (name, most, batch) => [
    { name, batch, prepare: signIn(batch), run: () => inFlight(most, fresh, refresh) },
    {
      name: `${name}, repeated`,
      batch,
      prepare: rotate,
      run: () => inFlight(most, current.slice(0, batch), refresh),
    },
  ];
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
  const rotation = (/** @type {Record<string, number>} */ of, /** @type {string} */ name) =>
    (of[name] ?? 0) - (of[`${name}, repeated`] ?? 0);
  const notes = [
    "a refresh that rotates, less one that repeats: signing the access token is in P26b",
  ];
  bench.ratio("P25.sqlite", table, (of) => rotation(of, "1 in flight") / (of[raw] ?? 0), notes);
  bench.ratio("P26.16", table, (of) => (of[raw] ?? 0) / rotation(of, "16 in flight"), notes);
  bench.ratio("P26.64", table, (of) => (of[raw] ?? 0) / rotation(of, "64 in flight"), notes);
}
