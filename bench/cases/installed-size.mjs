// @ts-check
/** What installing the library puts on a disk: the package as it is published, and all it brings. */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder } from "../harness/machine.mjs";

/** @typedef {import("../harness/bench.mjs").Bench} Bench */

/** What an application adds on a Node without `node:sqlite`, if it keeps its sessions in SQLite. */
const sqlite = "@photostructure/sqlite@1.2.1";
const library = fileURLToPath(new URL("../../packages/endsession/", import.meta.url));

/** @param {Bench} bench */
export async function run(bench) {
  const folder = dataFolder();
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  /** @type {{ filename: string }[]} */
  const [packed] = JSON.parse(npm(packing, library));
  if (!packed) throw new Error("npm pack made no tarball");
  const tarball = join(folder, packed.filename);

  const whole = install(folder, tarball, []);
  bench.progress("installing", 0.5);
  const withSqlite = install(folder, tarball, [sqlite]);
  const { size, packages } = whole;
  const largest = [...packages].toSorted((a, b) => b[1] - a[1]).slice(0, 3);
  bench.exact("P37", size, {
    n: packages.size,
    notes: [
      `${packages.size} packages, by the lengths of their files`,
      `the largest: ${largest.map(([name, bytes]) => `${name} ${mb(bytes)}`).join(", ")}`,
      `with ${sqlite}, where Node has no SQLite: ${withSqlite.size.toFixed(1)} MB`,
    ],
  });
}

/**
 * Installs the tarball into an empty folder as an application does.
 * @param {string} folder @param {string} tarball @param {string[]} options
 */
function install(folder, tarball, options) {
  const app = join(folder, "app");
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "private": true }\n');
  const quietly = ["--omit=dev", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  npm(["install", ...quietly, ...options, tarball], app);
  const modules = join(app, "node_modules");
  /** @type {{ packages: Record<string, unknown> }} */
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"));
  const names = Object.keys(packages);
  return {
    size: bytesOf(modules) / 1e6,
    packages: new Map(
      names.map((name) => [name.replace("node_modules/", ""), bytesOf(join(app, name))]),
    ),
  };
}

/** @param {string[]} args @param {string} cwd */
function npm(args, cwd) {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The lengths of all files in a folder. @param {string} folder @returns {number} */
function bytesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? bytesOf(path) : lstatSync(path).size;
    })
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** @param {number} bytes */
function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
