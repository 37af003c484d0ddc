import { expect, test } from "vitest";
import { ago, timeAgo } from "./time.ts";

const minute = 60_000;
const now = Date.UTC(2026, 0, 31, 12);

test.each([
  [0, "just now"],
  [-5 * minute, "just now"],
  [59_999, "just now"],
  [minute, "1 minute ago"],
  [59 * minute, "59 minutes ago"],
  [90 * minute, "1 hour ago"],
  [24 * 60 * minute, "yesterday"],
  [72 * 60 * minute, "3 days ago"],
])("says how long ago %d milliseconds were: %s", (past, words) => {
  expect(ago(now - past, now)).toBe(words);
});

test("gives machines the exact moment", () => {
  expect(String(timeAgo(now - minute, now))).toMatch(
    /^<time[^>]* datetime="2026-01-31T11:59:00\.000Z"[^>]*>\s*1 minute ago\s*<\/time\s*>$/,
  );
});
