/** What others say that they have applied is a text from outside. */
import { expect, it } from "vitest";
import { isVisibleIn } from "./snapshot.ts";

it("a transaction is visible in a snapshot that was taken after its commit", () => {
  expect(["9", "10", "11", "12", "13"].map((one) => isVisibleIn("10:13:11", one))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
});

it("in junk nothing is visible", () => {
  const junk = ["", "1", "a:b:", "10:x:", "10:13", "-1:13:", "10:13:11 ", `${"9".repeat(1e6)}:1:`];
  for (const snapshot of junk)
    expect([snapshot.slice(0, 9), isVisibleIn(snapshot, "1")]).toEqual([
      snapshot.slice(0, 9),
      false,
    ]);
});
