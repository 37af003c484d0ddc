// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { distance, doubtsOf, isUnreliable, judge } from "./verdict.mjs";

const most = /** @type {const} */ ({ bound: "at most", gate: 1.1, goal: 1.04 });
const least = /** @type {const} */ ({ bound: "at least", gate: 4, goal: 8 });

test("a bound from above fails only with the whole interval beyond it", () => {
  assert.equal(judge(most, { low: 1.0, high: 1.1 }), "pass");
  assert.equal(judge(most, { low: 1.0, high: 1.2 }), "unclear");
  assert.equal(judge(most, { low: 1.11, high: 1.2 }), "fail");
});

test("a bound from below is the mirror image", () => {
  assert.equal(judge(least, { low: 4, high: 9 }), "pass");
  assert.equal(judge(least, { low: 3, high: 5 }), "unclear");
  assert.equal(judge(least, { low: 1, high: 3.9 }), "fail");
});

test("how far the goal is", () => {
  assert.deepEqual(distance(most, 1.0), { reached: true, times: 1 });
  assert.deepEqual(distance(most, 2.08), { reached: false, times: 2 });
  assert.deepEqual(distance(least, 2), { reached: false, times: 4 });
  assert.deepEqual(distance({ bound: "at most", goal: 0 }, 7), { reached: false, times: null });
});

const quiet = { control: [1, 1.01, 0.99], tolerance: 0.05, load: 0.5, cores: 2 };

test("a quiet table has no doubts", () => {
  assert.deepEqual(doubtsOf(quiet), []);
});

test("an anchor that differs from itself, a busy disk and a busy machine give no verdict", () => {
  assert.match(doubtsOf({ ...quiet, control: [1.1, 1.2, 1] }).join(), /against itself gave 1\.10/);
  assert.match(doubtsOf({ ...quiet, disk: [1, 1, 3, 3, 3, 3, 3, 3, 3] }).join(), /uses the disk/);
  assert.deepEqual(doubtsOf({ ...quiet, disk: [1, 1.2, 1.4, 1.9] }), []);
  assert.match(doubtsOf({ ...quiet, load: 2.1 }).join(), /load was 2\.1/);
});

test("an interval wider than a fifth of its value is unreliable", () => {
  assert.equal(isUnreliable({ low: 0.95, high: 1.05, median: 1 }), false);
  assert.equal(isUnreliable({ low: 0.85, high: 1.1, median: 1 }), true);
});
