// @ts-check
/**
 * The bench.
 *
 *     npm run bench                    everything, 30 to 40 minutes; writes results/ and README.md
 *     npm run bench -- --quick         the in-process rows, under a minute
 *     npm run bench -- --peers         the peers over HTTP alone
 *     npm run bench -- --only P1,P6    these rows (with --quick: with the rounds of the quick set)
 *     npm run bench -- --check         exit with 1 when a gate fails, or a README differs from the results
 *     npm run bench -- --readme        write the tables of the newest results and measure nothing
 */
import { parseArgs } from "node:util";
import { measureAll } from "./harness/measure-all.mjs";
import { checkReadmes, writeReadmes } from "./harness/readme.mjs";
import { newestResults, writeResults } from "./harness/results.mjs";
import { say } from "./harness/terminal.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    peers: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const mode = options.quick ? "quick" : options.peers ? "peers" : "full";
const only = options.only?.split(",").map((id) => id.trim()) ?? null;

if (options.readme) {
  const results = newestResults();
  if (results) writeReadmes(results);
} else {
  const results = await measureAll({ mode, only });
  const file = writeResults(results);
  if (mode === "full" && only === null) writeReadmes(results);

  const differences = options.check ? checkReadmes(newestResults()) : [];
  for (const difference of differences) say(`✗ ${difference}`);
  const { pass, fail, unclear } = results.summary;
  say();
  say(`results: ${file}`);
  say(`bench: ${pass} pass, ${fail + differences.length} fail, ${unclear} unclear`);
  if (options.check && fail + differences.length > 0) process.exitCode = 1;
}
