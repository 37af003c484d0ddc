// @ts-check
/**
 * Figures in READMEs come from the newest full results and from nowhere else. Between
 * `<!-- bench -->` and `<!-- /bench -->` stands the whole table; between `<!-- bench P4.better-auth -->`
 * and `<!-- /bench -->` a single figure.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { targetOf } from "./budget.mjs";
import { median } from "./statistics.mjs";
import { amount, goalText, interval, withoutCheck } from "./text.mjs";

/** @typedef {import("./results.mjs").Results} Results */

const files = ["bench/README.md", "README.md"];
const marked = /(<!-- bench(?: ([\w.-]+))? -->)([\s\S]*?)(<!-- \/bench -->)/g;

/** @param {Results} results */
export function writeReadmes(results) {
  for (const file of files.filter((one) => existsSync(urlOf(one)))) {
    const text = readFileSync(urlOf(file), "utf8");
    const next = withFigures(text, results);
    if (next !== text) writeFileSync(urlOf(file), next);
  }
}

/** What is not as in the results. @param {Results | null} results @returns {string[]} */
export function checkReadmes(results) {
  if (!results) return [];
  return files.flatMap((file) => {
    if (!existsSync(urlOf(file))) return [];
    const text = readFileSync(urlOf(file), "utf8");
    const same = withFigures(text, results) === text;
    return same
      ? []
      : [`${file} has other figures than the newest results: npm run bench -- --readme`];
  });
}

/** @param {string} text @param {Results} results */
export function withFigures(text, results) {
  return text.replaceAll(marked, (_whole, open, id, _old, close) => {
    if (id === undefined) return `${open}\n\n${tableOf(results)}\n\n${close}`;
    const row = results.rows.find((one) => one.id === id);
    return `${open}${row ? amount(targetOf(id), row.value) : "no result"}${close}`;
  });
}

/** @param {Results} results */
export function tableOf(results) {
  const { date, commit, machine, summary, seconds } = results;
  const head =
    `${date.slice(0, 10)}, commit ${commit}: ${machine.class}, load ${machine.load.toFixed(2)} before ` +
    `and ${machine.loadAfter.toFixed(2)} after, ${Math.round(seconds / 60)} minutes. ` +
    `${summary.pass} pass, ${summary.fail} fail, ${summary.unclear} unclear.`;
  const rows = results.rows.map((row) => {
    const target = targetOf(row.id);
    const sign = target.bound === "at most" ? "≤" : "≥";
    const cells = [
      row.id,
      target.title,
      target.anchor,
      row.clock,
      `**${amount(target, row.value)}**`,
      interval(target, row),
      `${sign} ${amount(target, target.gate)}`,
      goalText(target, row),
      row.verdict,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const absent = results.missing.map((id) => {
    const { title, anchor } = targetOf(id);
    return `| ${id} | ${title} | ${anchor} | | no result | | | | fail |`;
  });
  const tables = results.parts
    .flatMap(({ tables: all }) => all)
    .filter(({ revokes, doubts }) => revokes && doubts.length === 0)
    .flatMap(peerTable);
  return [
    head,
    "",
    "| row | what | against | clock | value | 95 % interval | gate | goal | verdict |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    ...absent,
    ...tables,
  ].join("\n");
}

/**
 * What each variant takes of the server for a checked request. Who does not end a session at once
 * is never ranked without saying so.
 * @param {import("./bench.mjs").TableRecord} table
 */
function peerTable({ title, rounds, control, cases, revokes = {} }) {
  return [
    "",
    `**${title}**, server CPU per checked request, ${rounds} rounds, control ${control.toFixed(2)}`,
    "",
    "| variant | cpu µs | without its check | added µs | a logout is felt |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(cases).flatMap(([name, checked]) => {
      const bare = cases[withoutCheck(name)];
      if (!bare) return [];
      const added = median(checked.values.map((value, round) => value - (bare.values[round] ?? 0)));
      const cells = [name, spread(checked), spread(bare), added.toFixed(1), revokes[name] ?? "–"];
      return `| ${cells.join(" | ")} |`;
    }),
  ];
}

/** @param {{ median: number, iqr: number }} times */
function spread({ median: middle, iqr }) {
  return `${middle.toFixed(1)} ± ${(iqr / 2).toFixed(1)}`;
}

/** @param {string} file */
function urlOf(file) {
  return new URL(`../../${file}`, import.meta.url);
}
