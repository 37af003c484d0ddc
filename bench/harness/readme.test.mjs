// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { budget } from "./budget.mjs";
import { parts, partsOf } from "./parts.mjs";
import { withFigures } from "./readme.mjs";

/** @type {import("./bench.mjs").Row} */
const row = {
  id: "P1",
  clock: "cpu",
  value: 1.0312,
  low: 1.01,
  high: 1.05,
  n: 41,
  values: [],
  verdict: "pass",
  goal: { reached: true, times: 1 },
  notes: [],
};
const results = /** @type {any} */ ({
  date: "2026-11-21T00:00:00.000Z",
  commit: "abc1234",
  machine: { class: "a machine", load: 0.1, loadAfter: 0.2 },
  summary: { pass: 1, fail: 1, unclear: 0 },
  seconds: 1200,
  rows: [row],
  missing: ["P2"],
  parts: [],
});

test("a figure between marks is replaced by that of the results, and only there", () => {
  const text = "costs <!-- bench P1 -->9<!-- /bench --> times, 9 <!-- bench P2 --><!-- /bench -->";
  assert.equal(
    withFigures(text, results),
    "costs <!-- bench P1 -->1.03<!-- /bench --> times, 9 <!-- bench P2 -->no result<!-- /bench -->",
  );
});

test("the table has a line for each row, those without a result included; writing it twice changes nothing", () => {
  const once = withFigures("<!-- bench -->old<!-- /bench -->", results);
  assert.match(
    once,
    /\| P1 \|.*\*\*1\.03\*\* \| 1\.01 – 1\.05 \| ≤ 1\.10 \| 1\.04 reached \| pass \|/,
  );
  assert.match(once, /\| P2 \|.*no result.*fail \|/);
  assert.equal(withFigures(once, results), once);
});

test("a table of peers says of each how soon a logout is felt", () => {
  const bare = { median: 100, iqr: 4, p10: 98, values: [99, 100, 120] };
  const peer = { median: 150, iqr: 4, p10: 148, values: [149, 151, 150] };
  const cases = { bare, peer, "peer, unchecked": bare };
  const revokes = { peer: "not within 60.0 s" };
  const table = { title: "HTTP", clock: "cpu", rounds: 41, control: 1, doubts: [], cases, revokes };
  const parts = [{ file: "peers.mjs", tables: [table], errors: [] }];
  const text = withFigures("<!-- bench --><!-- /bench -->", { ...results, parts });
  assert.match(text, /\| peer \| 150\.0 ± 2\.0 \| 100\.0 ± 2\.0 \| 50\.0 \| not within 60\.0 s \|/);
  assert.doesNotMatch(text, /\| bare \|/);
});

test("every row of a part is in the budget, in one part only, and quick rows are rows", () => {
  const rows = parts.flatMap((part) => part.rows);
  const known = new Set(budget.map(({ id }) => id));
  assert.deepEqual(
    rows.filter((id) => !known.has(id)),
    [],
  );
  assert.equal(new Set(rows).size, rows.length);
  for (const { rows: all, quick = [] } of parts) {
    assert.deepEqual(
      quick.filter((id) => !all.includes(id)),
      [],
    );
  }
});

test("rows are asked for by name or by group", () => {
  const rows = (/** @type {string[]} */ only) =>
    partsOf({ mode: "quick", only }).flatMap((part) => part.rows);
  assert.deepEqual(rows(["P6"]), ["P6"]);
  assert.deepEqual(rows(["P9"]), ["P9.token", "P9.cookie", "P9.queries"]);
});
