// @ts-check
/**
 * Runs one part, and writes what it found as JSON. Started by `run-part.mjs`:
 *
 *     node --expose-gc child.mjs '{"file": "in-process.mjs", "rows": ["P6"], …}'
 */
import { writeFileSync } from "node:fs";
import { Bench } from "./bench.mjs";
import { sink } from "./rounds.mjs";

/** @type {{ file: string, rows: string[], full: boolean, factor: number, out: string }} */
const order = JSON.parse(process.argv[2] ?? "{}");
const bench = new Bench({
  full: order.full,
  factor: order.factor,
  only: order.rows,
  progress: (doing, share) => process.send?.({ doing, share }),
});

process.on("disconnect", () => process.exit(1));
await bench.attempt(order.rows, async () => {
  /** @type {{ default?: never, run: (bench: Bench) => Promise<void> }} */
  const part = await import(new URL(`../cases/${order.file}`, import.meta.url).href);
  await part.run(bench);
});

const { rows, tables, errors } = bench;
writeFileSync(
  order.out,
  JSON.stringify({ file: order.file, rows, tables, errors, sink: sink.value }),
);
// Pools and servers that a case has left open keep nobody waiting.
process.exit(0);
