// @ts-check
/** The results as files: `results/<date>-<commit>.json`; only those of full runs are kept in git. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Results
 * @property {string} date
 * @property {string} commit
 * @property {string} mode
 * @property {ReturnType<typeof import("./machine.mjs").machine> & { class: string, loadAfter: number }} machine
 * @property {number} seconds
 * @property {{ pass: number, fail: number, unclear: number }} summary
 * @property {import("./bench.mjs").Row[]} rows
 * @property {string[]} missing   rows of the mode that no part has reported
 * @property {{ file: string, tables: import("./bench.mjs").TableRecord[], errors: { rows: string[], message: string }[] }[]} parts
 */

const folder = new URL("../results/", import.meta.url);

/** @param {Results} results */
export function writeResults(results) {
  mkdirSync(folder, { recursive: true });
  const kind = results.mode === "full" ? "" : `-${results.mode}`;
  const name = `${results.date.slice(0, 10)}-${results.commit.replace("+", "-changed")}${kind}.json`;
  writeFileSync(new URL(name, folder), `${JSON.stringify(results, rounded, 1)}\n`);
  return `bench/results/${name}`;
}

/** The newest results of a full run; null for none. @returns {Results | null} */
export function newestResults() {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(fileURLToPath(folder)).filter((name) =>
    /^\d{4}-\d\d-\d\d-[0-9a-z]+(?:-changed)?\.json$/.test(name),
  );
  const all = names.map(
    (name) => /** @type {Results} */ (JSON.parse(readFileSync(new URL(name, folder), "utf8"))),
  );
  return all.toSorted((a, b) => (a.date < b.date ? 1 : -1))[0] ?? null;
}

/** Five digits are more than any figure here is worth. @param {string} _key @param {unknown} value */
function rounded(_key, value) {
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}
