import { expect, test } from "vitest";
import type { Verdict } from "./audit.ts";
import { compare, comparisonExitCode } from "./compare.ts";
import { terminalComparison } from "./report/comparison.ts";
import { makeReport } from "./report.ts";
import type { Report } from "./report.ts";
import { exampleArtifacts, finding } from "./test-support/example.ts";
import { hostileReport } from "./test-support/hostile.ts";

function reportOf(verdicts: Readonly<Record<string, Verdict>>, target?: string): Report {
  const artifacts = exampleArtifacts(target === undefined ? {} : { target });
  return makeReport(
    artifacts,
    Object.entries(verdicts).map(([id, verdict]) => finding(id, verdict)),
  );
}
const ids = (changes: readonly { readonly id: string }[]): string[] => changes.map(({ id }) => id);

const before = reportOf({
  "session-survives-logout": "pass",
  "cookie-flags": "fail",
  "cookie-twins": "fail",
  "back-button-shows-page": "pass",
  "other-tab-stays": "fail",
  "session-fixation": "inconclusive",
  "secret-in-url": "pass",
});
const after = reportOf({
  "session-survives-logout": "fail",
  "cookie-flags": "pass",
  "cookie-twins": "fail",
  "back-button-shows-page": "inconclusive",
  "other-tab-stays": "inconclusive",
  "session-fixation": "pass",
  "logout-by-get": "fail",
});

test("tells what got worse, what was mended, and what nobody knows any more", () => {
  const comparison = compare(before, after);
  expect(ids(comparison.regressions)).toEqual(["session-survives-logout", "logout-by-get"]);
  expect(comparison.regressions.map((it) => it.before)).toEqual(["pass", null]);
  expect(ids(comparison.mended)).toEqual(["cookie-flags"]);
  expect(ids(comparison.newlyInconclusive)).toEqual(["back-button-shows-page", "other-tab-stays"]);
  expect(ids(comparison.otherChanges)).toEqual(["session-fixation"]);
  expect(ids(comparison.unchanged)).toEqual(["cookie-twins"]);
  expect(comparison.noLongerAsked).toEqual(["secret-in-url"]);
  expect(comparisonExitCode(comparison)).toBe(1);
});

test("what fails worse than before is a regression, what fails milder is none", () => {
  const mild = makeReport(exampleArtifacts(), [
    finding("cookie-flags", "fail", { severity: "low" }),
  ]);
  const grave = makeReport(exampleArtifacts(), [
    finding("cookie-flags", "fail", { severity: "high" }),
  ]);
  expect(ids(compare(mild, grave).regressions)).toEqual(["cookie-flags"]);
  expect(ids(compare(grave, mild).unchanged)).toEqual(["cookie-flags"]);
});

test("exit codes: a regression, a later scan that judged nothing, else clean", () => {
  const blind = reportOf({ "session-survives-logout": "inconclusive" });
  expect(comparisonExitCode(compare(before, before))).toBe(0);
  expect(comparisonExitCode(compare(before, blind))).toBe(2);
  expect(comparisonExitCode(compare(blind, before))).toBe(1);
});

test("warns of reports that were not made to be compared", () => {
  const other = { ...reportOf({}, "https://other.example"), startedAt: "2025-01-01T00:00:00Z" };
  expect(compare(before, { ...other, scanner: "endsession-scan 9.0.0" }).warnings).toHaveLength(3);
  expect(compare(before, after).warnings).toEqual([]);
});

test("on a terminal: regressions first with their fix, and nothing that acts on it", () => {
  const text = terminalComparison(compare(before, after));
  const order = [
    "2 regressions",
    "Got worse",
    "Fix:",
    "Mended",
    "No longer known",
    "1 audit unchanged",
  ];
  const places = order.map((it) => text.indexOf(it));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  const evil = terminalComparison(compare(before, hostileReport()));
  expect(evil).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\u202A-\u202E]/u);
  expect(terminalComparison(compare(before, before))).toContain("Nothing got worse");
});
