import { expect, test } from "vitest";
import { makeReport } from "../report.ts";
import { exampleArtifacts, exampleFindings } from "../test-support/example.ts";
import { hostile, hostileReport } from "../test-support/hostile.ts";
import { wantsColour } from "./colours.ts";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { sarifReport } from "./sarif.ts";
import { terminalReport } from "./terminal.ts";
import { columnsOf } from "./wrap.ts";

const report = makeReport(exampleArtifacts(), exampleFindings());
const hostiles = hostileReport();
/** What no text format may hold, besides line breaks: controls, separators, marks of direction. */
const harmful = /[^\P{Cc}\n]|[\p{Surrogate}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

test("the texts that reports are tried with are harmful", () => {
  expect(hostile).toMatch(harmful);
});

test.each([
  ["terminal", terminalReport],
  ["HTML", htmlReport],
  ["JSON", jsonReport],
  ["SARIF", sarifReport],
  ["JUnit", junitReport],
  ["Markdown", markdownReport],
])("%s: nothing of the application acts on whoever shows the report", (_name, render) => {
  expect(render(hostiles)).not.toMatch(harmful);
});

test("terminal: the verdict, what fails, what is open, what passed; 80 columns", () => {
  const text = terminalReport(report);
  expect(text).toContain(`${report.browser} · `);
  expect(text).toContain(` · ${report.scanner}\n`);
  const order = [
    "✗ The session is alive.",
    "✗ The session survives",
    "Fix",
    "? Other tabs",
    "✓ The",
  ];
  const places = order.map((it) => text.indexOf(it));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  for (const width of [70, 80, 120]) {
    for (const shown of [report, hostileReport(`${"long".repeat(60)} 漢字${"🙂".repeat(50)}`)]) {
      const lines = terminalReport(shown, { width }).split("\n");
      expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(width);
    }
  }
});

test("terminal: colours only where they are wanted, and then no others than ours", () => {
  expect(wantsColour({ isTTY: true }, {})).toBe(true);
  expect(wantsColour({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
  expect(wantsColour({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColour({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(wantsColour({}, {})).toBe(false);
  const coloured = terminalReport(hostiles, { colour: true });
  expect(coloured).toContain("\u001B[31m");
  const ours = [1, 2, 22, 31, 32, 33, 39].map((code) => `\u001B[${code}m`);
  const plain = ours.reduce((text, paint) => text.replaceAll(paint, ""), coloured);
  expect(plain).toBe(terminalReport(hostiles));
});

test("JSON: what was there is there, character by character", () => {
  expect(JSON.parse(jsonReport(hostiles))).toEqual(hostiles);
});

test("JUnit: a case for each audit; what is no text of XML is none here", () => {
  const xml = junitReport(report);
  expect(xml.match(/<testcase /gu)).toHaveLength(21);
  expect(xml.match(/<failure /gu)).toHaveLength(3);
  expect(xml.match(/<skipped /gu)).toHaveLength(8);
  expect(xml).toContain('tests="21" failures="3" errors="0" skipped="8"');
  const evil = junitReport(hostiles);
  expect(evil).not.toMatch(/<script|<img|<!--|\]\]>|[\uFFFE\uFFFF]/u);
  expect(evil.replaceAll(/<\/?[a-z-]+(?: [a-z]+="[^"<>]*")*\/?>|<\?xml[^>]*>/gu, "")).not.toMatch(
    /[<>]/u,
  );
});

test("JUnit: the question itself without an answer is an error, not skipped", () => {
  const blind = exampleFindings({ "session-survives-logout": "inconclusive" });
  const xml = junitReport(makeReport(exampleArtifacts(), blind));
  expect(xml).toContain('failures="2" errors="1" skipped="8"');
  expect(xml).toContain('<error type="inconclusive"');
});

test("Markdown: texts are texts, in prose, in tables and in code", () => {
  const text = markdownReport(hostiles);
  const outside = text.replaceAll(/^(`{3,})http\n[\s\S]*?^\1$/gmu, "");
  expect(outside).not.toMatch(/<script|<img|@everyone|#12\b|[^\\]\[link|[^\\]\]\(/u);
  expect(outside).not.toMatch(/^# heading|https:\/\//mu);
  expect(outside).toContain("\\*\\*bold\\*\\*");
  const cells = outside.split("\n").filter((line) => line.startsWith("| `cookie-twins`"));
  expect(cells).toHaveLength(1);
  const open = outside.split("\n").find((line) => line.startsWith("| `session-survives-logout`"));
  expect(open?.replaceAll("\\|", "").match(/\|/gu)).toHaveLength(3);
});

test("Markdown: fits into a comment, whatever the application answered", () => {
  const long = markdownReport(hostileReport("long ".repeat(20_000)));
  expect(long.length).toBeLessThan(65_536);
  expect(long).toContain("The session is alive.");
});
