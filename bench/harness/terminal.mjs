// @ts-check
/** What the bench prints: one line a row, and a line that moves where there is a terminal. */
import { targetOf } from "./budget.mjs";
import { amount, goalText, interval, mark } from "./text.mjs";

const terminal = process.stdout.isTTY;
const colour = terminal && !process.env["NO_COLOR"];
const colours = { pass: 32, fail: 31, unclear: 33, missing: 31 };

/** @param {string} line */
export function say(line = "") {
  process.stdout.write(`${terminal ? "\r\u001B[2K" : ""}${line}\n`);
}

/** Shows how far the work is; nothing where there is no terminal. @param {string} doing @param {number} share */
export function progress(doing, share) {
  if (!terminal) return;
  const width = 24;
  const done = Math.round(share * width);
  const bar = "━".repeat(done) + paint(90, "━".repeat(width - done));
  process.stdout.write(`\r\u001B[2K  ${bar} ${doing}`);
}

/** The names of the columns. */
export function sayHead() {
  say(
    paint(
      90,
      `  ${"row".padEnd(19)}${"what is measured".padEnd(48)}${"value".padStart(9)}  ` +
        `${"95 % interval".padEnd(17)}${"gate".padStart(9)}  goal`,
    ),
  );
}

/** @param {import("./bench.mjs").Row} row */
export function sayRow(row) {
  const target = targetOf(row.id);
  const sign = target.bound === "at most" ? "≤" : "≥";
  const { verdict } = row;
  say(
    `${paint(colours[verdict], mark[verdict])} ${row.id.padEnd(19)}${target.title.slice(0, 47).padEnd(48)}` +
      `${amount(target, row.value).padStart(9)}  ${interval(target, row).padEnd(17)}` +
      `${`${sign} ${amount(target, target.gate)}`.padStart(9)}  ${goalText(target, row)}`,
  );
  if (verdict !== "pass") for (const note of row.notes) say(paint(90, `  ${"".padEnd(19)}${note}`));
}

/** @param {string} id @param {string} reason */
export function sayMissing(id, reason) {
  const { title } = targetOf(id);
  say(`${paint(colours.missing, mark.missing)} ${id.padEnd(19)}${title.padEnd(48)} no result`);
  say(paint(90, `  ${"".padEnd(19)}${reason}`));
}

/** @param {number} code @param {string} text */
function paint(code, text) {
  return colour ? `\u001B[${code}m${text}\u001B[0m` : text;
}
