// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { perRound, runRounds } from "./rounds.mjs";

/** @param {string[]} log @param {string[]} names */
function logging(log, names) {
  return names.map((name) => ({ name, batch: 10, run: () => log.push(name) }));
}

test("every case runs once a round, in rotated order, every second time backwards", async () => {
  /** @type {string[]} */
  const log = [];
  const cases = logging(log, ["a", "b", "c"]);
  await runRounds({ clock: "wall", rounds: 5, warmUp: 1, cases });
  const rounds = Array.from({ length: 6 }, (_, round) =>
    log.slice(round * 3, round * 3 + 3).join(""),
  );
  assert.deepEqual(rounds, ["abc", "bac", "cab", "cba", "bca", "acb"]);
});

test("the rounds before do not count, and a time is that of one operation", async () => {
  const times = await runRounds({
    clock: "wall",
    rounds: 3,
    warmUp: 4,
    cases: [{ name: "elsewhere", batch: 10, run: () => 0, own: async () => 500 }],
  });
  assert.deepEqual(times, { elsewhere: [50, 50, 50] });
});

test("out of time, no more than the least number of rounds is run", async () => {
  const cases = logging([], ["a"]);
  const times = await runRounds({ clock: "cpu", rounds: 101, seconds: 0, cases });
  assert.equal(times["a"]?.length, 15);
});

test("what is done in preparation is not timed", async () => {
  let prepared = 0;
  const spin = () => {
    const until = performance.now() + 5;
    while (performance.now() < until) prepared += 0;
    prepared += 1;
  };
  const cases = [{ name: "a", batch: 1, prepare: spin, run: () => 1 }];
  const times = await runRounds({ clock: "wall", rounds: 3, cases });
  assert.equal(prepared, 4);
  assert.ok((times["a"] ?? []).every((time) => time < 4000));
});

test("a row is computed from the times of one round at a time", () => {
  const times = { ours: [2, 4, 9], theirs: [1, 4, 3] };
  assert.deepEqual(
    perRound(times, (of) => (of["ours"] ?? 0) / (of["theirs"] ?? 0)),
    [2, 1, 3],
  );
});
