// @ts-check
/** Runs all parts of a mode one after the other, and what stayed unclear once again. */
import { mkdirSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { classOf, commit, machine, waitOutLoad } from "./machine.mjs";
import { partsOf } from "./parts.mjs";
import { installPeers } from "./peers.mjs";
import { runPart } from "./run-part.mjs";
import { progress, say, sayHead, sayMissing, sayRow } from "./terminal.mjs";

/** The quick set takes no longer than this, repetitions included, in milliseconds. */
const quickLimit = 55_000;
/** After this long, the full set repeats nothing that was unclear. */
const fullLimit = 40 * 60_000;
const partial = fileURLToPath(new URL("../results/.parts/", import.meta.url));

/**
 * @typedef {import("./results.mjs").Results} Results
 * @typedef {import("./run-part.mjs").PartResult} PartResult
 */

/**
 * @param {{ mode: "quick" | "full" | "peers", only: readonly string[] | null }} options
 * @returns {Promise<Results>}
 */
export async function measureAll({ mode, only }) {
  const started = performance.now();
  const limit = mode === "quick" ? quickLimit : fullLimit;
  const left = () => limit - (performance.now() - started);
  mkdirSync(partial, { recursive: true });
  const on = machine();
  say(`${classOf(on)}, load ${on.load.toFixed(2)}, ${mode} set`);
  const chosen = partsOf({ mode, only });
  if (chosen.some(({ peers }) => peers)) {
    say("installing the peers by bench/peers/package-lock.json");
    installPeers();
  }
  say();
  sayHead();

  /** @type {PartResult[]} */
  const results = [];
  /** @type {string[]} */
  const missing = [];
  /** @type {(part: import("./parts.mjs").Part, factor: number) => Promise<PartResult & { took: number }>} */
  const measure = async (part, factor) => {
    const full = mode !== "quick";
    const out = `${partial}${part.file.replace(/\.mjs$/, ".json")}`;
    const timeout = full || part.peers ? 20 * 60_000 : 60_000;
    if (full) await waitOutLoad();
    const before = performance.now();
    const result = await runPart(part, { full, factor, out, timeout, progress });
    result.rows.sort((a, b) => part.rows.indexOf(a.id) - part.rows.indexOf(b.id));
    for (const row of result.rows) sayRow(row);
    return { ...result, took: performance.now() - before };
  };

  /** @type {{ part: import("./parts.mjs").Part, took: number, result: PartResult }[]} */
  const unclear = [];
  for (const part of chosen) {
    const { took, ...result } = await measure(part, 1);
    results.push(result);
    for (const id of part.rows.filter((wanted) => !result.rows.some((row) => row.id === wanted))) {
      missing.push(id);
      const reason = result.errors.find(({ rows }) => rows.includes(id))?.message;
      sayMissing(id, reason?.split("\n")[0] ?? "the part ended without it");
    }
    const rows = result.rows.filter(({ verdict }) => verdict === "unclear").map(({ id }) => id);
    if (rows.length > 0) unclear.push({ part: { ...part, rows }, took, result });
  }

  // What the peers cost is no promise of ours: their set has no verdict to be cleared up.
  const again = mode === "peers" ? [] : unclear;
  if (again.length > 0) say("\n  unclear, once again with twice the rounds");
  for (const { part, took, result } of again) {
    if (took * 2 < left()) replaceRows(result, await measure(part, 2));
    else say(`  no time left for ${part.rows.join(", ")}`);
  }

  const rows = results.flatMap((result) => result.rows);
  const number = (/** @type {string} */ verdict) =>
    rows.filter((row) => row.verdict === verdict).length;
  return {
    date: new Date().toISOString(),
    commit: commit(),
    mode: only === null ? mode : "some",
    machine: { ...on, class: classOf(on), loadAfter: loadavg()[0] ?? 0 },
    seconds: Math.round((performance.now() - started) / 1000),
    summary: {
      pass: number("pass"),
      fail: number("fail") + missing.length,
      unclear: number("unclear"),
    },
    rows,
    missing,
    parts: results.map(({ file, tables, errors }) => ({ file, tables, errors })),
  };
}

/** @param {PartResult} first @param {PartResult} second */
function replaceRows(first, second) {
  first.rows = first.rows.map((row) => second.rows.find(({ id }) => id === row.id) ?? row);
  first.tables.push(...second.tables);
  first.errors.push(...second.errors);
}
