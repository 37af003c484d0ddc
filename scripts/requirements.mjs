// @ts-check
/**
 * Writes docs/requirements.md: every requirement of docs/requirements.json, and the tests that name
 * its id in their title.
 *
 *     node scripts/requirements.mjs           writes the page
 *     node scripts/requirements.mjs --check   fails when the page is stale
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testTitles } from "./test-titles.mjs";

/**
 * @typedef {object} Requirement
 * @property {string} id
 * @property {string} area
 * @property {string} requirement
 * @property {string[]} source
 * @property {boolean} firstRelease
 * @property {string} where letters of the catalogue's `where` table
 *
 * @typedef {object} Catalogue
 * @property {Record<string, string>} where
 * @property {Record<string, string>} sources
 * @property {Requirement[]} requirements
 *
 * @typedef {{ file: string, title: string }} NamedTest
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "docs/requirements.md");

/** Folders that hold tests, and the names of files whose titles count. */
const TEST_FOLDERS = ["packages", "apps", "test"];
const TEST_FILE = /(?:\.test\.tsx?|\.test-d\.tsx?|(?:^|[/-])contract\.ts)$/u;
const ID = /\b[A-Z]{2}-\d{2}\b/gu;

/** @type {Catalogue} */
const catalogue = JSON.parse(readFileSync(join(root, "docs/requirements.json"), "utf8"));
const { tests, unknown } = testsById(catalogue);
for (const { id, file, title } of unknown) {
  process.stderr.write(
    `${file}: "${title}" names ${id}, which is not in docs/requirements.json.\n`,
  );
}
if (unknown.length > 0) process.exitCode = 1;

const text = render(catalogue, tests);
if (!process.argv.includes("--check")) {
  writeFileSync(page, text);
} else if (readIfPresent(page) !== text) {
  process.stderr.write("docs/requirements.md is stale: run `npm run requirements`.\n");
  process.exitCode = 1;
}

/**
 * @param {Catalogue} from
 * @returns {{ tests: Map<string, NamedTest[]>, unknown: (NamedTest & { id: string })[] }}
 */
function testsById(from) {
  /** @type {Map<string, NamedTest[]>} */
  const byId = new Map(from.requirements.map(({ id }) => [id, []]));
  const areas = new Set(from.requirements.map(({ id }) => id.slice(0, 2)));
  /** @type {(NamedTest & { id: string })[]} */
  const strangers = [];
  for (const file of TEST_FOLDERS.flatMap(testFiles).toSorted()) {
    for (const title of testTitles(readFileSync(join(root, file), "utf8"))) {
      for (const id of new Set(title.match(ID))) {
        const named = byId.get(id);
        if (named !== undefined) named.push({ file, title });
        else if (areas.has(id.slice(0, 2))) strangers.push({ id, file, title });
      }
    }
  }
  return { tests: byId, unknown: strangers };
}

/**
 * @param {string} folder relative to the root
 * @returns {string[]}
 */
function testFiles(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return entry.name === "node_modules" || entry.name === "dist" ? [] : testFiles(path);
    }
    return TEST_FILE.test(path) ? [path] : [];
  });
}

/**
 * @param {Catalogue} from
 * @param {Map<string, NamedTest[]>} named
 */
function render(from, named) {
  const all = from.requirements;
  const first = all.filter(({ firstRelease }) => firstRelease);
  /** @param {Requirement[]} list */
  const covered = (list) => list.filter(({ id }) => (named.get(id) ?? []).length > 0).length;

  const lines = [
    "# Requirements and the tests that name them",
    "",
    "Written by `npm run requirements` from [requirements.json](requirements.json) and the titles of the tests; do not edit.",
    "",
    `- **${covered(all)} of ${all.length}** requirements are named by a test.`,
    `- **${covered(first)} of ${first.length}** of those that the first release must meet.`,
    "",
    `Where a requirement is met: ${Object.entries(from.where)
      .map(([letter, meaning]) => `${letter} ${meaning}`)
      .join(", ")}.`,
  ];
  for (const area of new Set(all.map((requirement) => requirement.area))) {
    const rows = all.filter((requirement) => requirement.area === area);
    lines.push(
      "",
      `## ${area}`,
      "",
      `${covered(rows)} of ${rows.length}.`,
      "",
      "| id | requirement | source | where | first release | tests |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rows.map((requirement) => row(requirement, named.get(requirement.id) ?? [])),
    );
  }
  lines.push("", "## Sources", "", "| key | source |", "| --- | --- |");
  for (const [key, meaning] of Object.entries(from.sources)) {
    lines.push(`| ${key} | ${cell(meaning)} |`);
  }
  return `${lines.join("\n")}\n`;
}

/**
 * @param {Requirement} requirement
 * @param {NamedTest[]} named
 */
function row({ id, requirement, source, where, firstRelease }, named) {
  const links = named.map(({ file, title }) => `[${cell(title)}](../${file})`).join("<br>");
  const cells = [id, cell(requirement), cell(source.join("; ")), where];
  return `| ${[...cells, firstRelease ? "yes" : "", links].join(" | ")} |`;
}

/** @param {string} text a text that may hold what Markdown reads as its own */
function cell(text) {
  return text
    .replaceAll(/\\(["'`])/gu, "$1")
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\\|[\]<>*_`]/gu, "\\$&");
}

/** @param {string} file */
function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
