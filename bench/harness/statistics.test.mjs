// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrap, median, quantile, randomFrom, summarize, upperShare } from "./statistics.mjs";

test("quantiles are interpolated, and the order of values does not matter", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(quantile([0, 10, 20, 30, 40], 0.1), 4);
  assert.throws(() => median([]), RangeError);
});

test("the seeded numbers repeat, differ by seed, and lie evenly between 0 and 1", () => {
  const some = (/** @type {number} */ seed) => Array.from({ length: 10_000 }, randomFrom(seed));
  assert.deepEqual(some(7), some(7));
  assert.notDeepEqual(some(7), some(8));
  assert.ok(some(7).every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(some(7).reduce((sum, value) => sum + value, 0) / 10_000 - 0.5) < 0.01);
});

test("the same values always have the same interval", () => {
  const values = Array.from({ length: 41 }, randomFrom(3));
  assert.deepEqual(bootstrap(values), bootstrap(values));
});

test("the interval holds the true median in about 95 of 100 samples", () => {
  const random = randomFrom(11);
  let held = 0;
  for (let sample = 0; sample < 300; sample += 1) {
    const { low, high } = bootstrap(Array.from({ length: 41 }, random));
    if (low <= 0.5 && 0.5 <= high) held += 1;
  }
  assert.ok(held / 300 > 0.9 && held / 300 < 0.99, `${held} of 300`);
});

test("values that are all the same have an interval without width", () => {
  assert.deepEqual(summarize([2, 2, 2]), { n: 3, median: 2, iqr: 0, p10: 2, low: 2, high: 2 });
});

test("none seen in n trials bounds the share at 3 in n", () => {
  assert.equal(upperShare(0, 3000), 0.001);
  assert.ok(upperShare(9, 3000) > 9 / 3000 && upperShare(9, 3000) < 0.006);
});
