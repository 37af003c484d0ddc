// @ts-check
/**
 * Writes docs/scanner-audits.md: every audit of the scanner, as it describes itself. Needs a build.
 *
 *     node scripts/scanner-audits.mjs           writes the page
 *     node scripts/scanner-audits.mjs --check   fails when the page is stale
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { audits } from "../packages/endsession-scan/dist/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "docs/scanner-audits.md");
const catalogue = JSON.parse(readFileSync(join(root, "docs/requirements.json"), "utf8"));
/** @type {ReadonlySet<string>} */
const known = new Set(catalogue.requirements.map((/** @type {{ id: string }} */ { id }) => id));

/** Ids of our own that no requirement has; clauses of others begin with their name. */
const unknown = audits.flatMap(({ id, requirements }) =>
  requirements
    .filter((one) => /^[A-Z]{2}-\d{2}$/u.test(one) && !known.has(one))
    .map((one) => `${id} names ${one}, which is not in docs/requirements.json.\n`),
);
for (const line of unknown) process.stderr.write(line);
if (unknown.length > 0) process.exitCode = 1;

const text = render();
if (!process.argv.includes("--check")) {
  writeFileSync(page, text);
} else if (readIfPresent(page) !== text) {
  process.stderr.write("docs/scanner-audits.md is stale: run `npm run audits`.\n");
  process.exitCode = 1;
}

function render() {
  const quick = audits.filter((audit) => audit.quick).length;
  const lines = [
    "# The audits of the scanner",
    "",
    "Written by `npm run audits` from the audits themselves; do not edit. How they are asked is told in [scanner.md](scanner.md).",
    "",
    `${audits.length} audits; the ${quick} in **bold** are those of \`--quick\`. The severity is the usual one: a case may be milder or worse. Ids like LO-01 are those of [requirements.md](requirements.md).`,
    "",
    "| id | what fails | severity | requirements | CWE | fix |",
    "| --- | --- | --- | --- | --- | --- |",
    ...audits.map(row),
    "",
    "## Why they matter",
    "",
    ...audits.map(({ id, why }) => `- \`${id}\`: ${cell(why)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** @param {(typeof audits)[number]} audit */
function row({ id, failTitle, severity, requirements, cwe, fix, quick }) {
  const name = quick ? `**\`${id}\`**` : `\`${id}\``;
  const weakness = `[${cwe}](https://cwe.mitre.org/data/definitions/${cwe}.html)`;
  const cells = [
    name,
    cell(failTitle),
    severity,
    cell(requirements.join(", ")),
    weakness,
    cell(fix),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** @param {string} text a text that may hold what Markdown reads as its own */
function cell(text) {
  return text.replaceAll(/\s+/gu, " ").replaceAll(/[\\|[\]<>*_`]/gu, "\\$&");
}

/** @param {string} file */
function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
