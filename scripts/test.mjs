// @ts-check
/**
 * All checks of the workspace, one line each; what a failing check said follows its line. A failing
 * check does not keep the others from running. The last line counts the tests one by one and each
 * other check as one.
 *
 *     node scripts/test.mjs             what `npm test` runs
 *     node scripts/test.mjs --nightly   the same with ENDSESSION_NIGHTLY=1: long-running tests too
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.mjs";

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {number} [skipped]
 *
 * @typedef {import("./run.mjs").Outcome & { count?: Count }} StepOutcome
 */

const terminal = process.stdout.isTTY;
const colour = terminal && !process.env["NO_COLOR"];
const env = {
  ...(colour ? { FORCE_COLOR: "1" } : { NO_COLOR: "1", FORCE_COLOR: "0" }),
  ...(process.argv.includes("--nightly") ? { ENDSESSION_NIGHTLY: "1" } : {}),
};

/** @type {[name: string, check: () => Promise<StepOutcome>][]} */
const steps = [
  ["build", () => script("build")],
  ["lint", () => script("lint")],
  ["format:check", () => script("format:check")],
  ["typecheck", () => script("typecheck")],
  ["tests", runTests],
  ["test:stacks", () => script("test:stacks")],
  ["bench:test", () => script("bench:test")],
  ["check:package", () => script("check:package")],
  ["requirements:check", () => script("requirements:check")],
  ["audits:check", () => script("audits:check")],
];

let passed = 0;
let failed = 0;
for (const [name, check] of steps) {
  if (terminal) process.stdout.write(`… ${name}`);
  const started = performance.now();
  const { ok, output, count = { passed: ok ? 1 : 0, failed: ok ? 0 : 1 } } = await check();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  passed += count.passed;
  failed += count.failed;

  const mark = ok ? paint(32, "✓") : paint(31, "✗");
  const line = `${mark} ${name.padEnd(18)} ${seconds.padStart(6)} s${detail(name, count)}`;
  process.stdout.write(`${terminal ? "\r\u001B[2K" : ""}${line}\n`);
  if (!ok) process.stdout.write(`\n${output.trim()}\n\n`);
}

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
if (failed > 0) process.exitCode = 1;

/** @param {string} name an npm script of the root */
function script(name) {
  return run("npm", ["run", "--silent", name], { env });
}

/** @returns {Promise<StepOutcome>} */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "endsession-tests-"));
  const file = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { ok, output } = await run("vitest", ["run", ...reporters], { env });
    const count = readCount(file);
    // A run can fail with no failing test: an error nobody awaited, or a report never written.
    if (!ok && count.failed === 0) count.failed = 1;
    return { ok: ok && count.failed === 0, output, count };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file vitest's JSON report
 * @returns {Count}
 */
function readCount(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1 };
  }
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report.testResults;
  // A file that could not be loaded has failed without a single failing test in it.
  const broken = files.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {string} name
 * @param {Count} count
 */
function detail(name, count) {
  if (name !== "tests") return "";
  const parts = [`${count.passed} passed`];
  if (count.failed > 0) parts.push(`${count.failed} failed`);
  if (count.skipped) parts.push(`${count.skipped} skipped`);
  return `  ${parts.join(", ")}`;
}

/**
 * @param {number} code
 * @param {string} text
 */
function paint(code, text) {
  return colour ? `\u001B[${code}m${text}\u001B[0m` : text;
}
