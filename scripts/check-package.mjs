// @ts-check
/**
 * Checks each publishable package as an application would get it: packs it, lets publint and attw
 * judge the tarball, looks for files that do not belong in it, and imports every public subpath
 * alone, in a Node of its own, with nothing but the declared dependencies beside it. Needs a build,
 * and no network.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { root, run } from "./run.mjs";

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/** What must never reach a user, by its path in the tarball. */
const STRAY_FILE = /\.test(?:-d)?\.|(?:^|\/)(?:src|test)\/|(?<!\.d)\.ts$|tsbuildinfo|\.map$/u;
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\n]+)["']/gu;

let failures = 0;
for (const name of readdirSync(join(root, "packages"))) {
  const folder = join(root, "packages", name);
  if (existsSync(join(folder, "package.json"))) await checkPackage(folder);
}
if (failures > 0) process.exitCode = 1;

/** @param {string} folder */
async function checkPackage(folder) {
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (manifest.private) return;

  const temporary = mkdtempSync(join(tmpdir(), "endsession-package-"));
  try {
    const packing = ["pack", "--silent", "--ignore-scripts", "--pack-destination", temporary];
    await expectSuccess("npm pack", "npm", packing, folder);
    const tarball = readdirSync(temporary).find((file) => file.endsWith(".tgz"));
    if (tarball === undefined) return fail(`${manifest.name}: npm pack wrote no tarball.`);
    const path = join(temporary, tarball);
    await expectSuccess("publint", "publint", ["run", path, "--strict"], root);
    await expectSuccess("attw", "attw", [path, "--profile", "esm-only"], root);

    const app = join(temporary, "app");
    const installed = join(app, "node_modules", manifest.name);
    mkdirSync(installed, { recursive: true });
    const extraction = ["-xzf", path, "-C", installed, "--strip-components=1"];
    await expectSuccess("tar", "tar", extraction, temporary);
    linkDependencies(manifest, folder, join(app, "node_modules"));
    await checkFiles(manifest, installed);
    await checkImports(manifest, app);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Puts the declared dependencies beside the package, and nothing else, so that an import of
 * something undeclared fails as it would for a user.
 *
 * @param {Manifest} manifest
 * @param {string} folder
 * @param {string} modules
 */
function linkDependencies(manifest, folder, modules) {
  for (const name of declared(manifest)) {
    const source = [join(folder, "node_modules", name), join(root, "node_modules", name)];
    const found = source.find((path) => existsSync(path));
    if (found === undefined) continue;
    const link = join(modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(found, link, "junction");
  }
}

/**
 * @param {Manifest} manifest
 * @param {string} installed
 */
async function checkFiles(manifest, installed) {
  const names = declared(manifest);
  const files = listFiles(installed);
  for (const file of files) {
    if (STRAY_FILE.test(file)) fail(`${manifest.name}: ${file} does not belong in the tarball.`);
  }
  for (const { file, specifier } of [
    ...(await importsOfModules(installed, files)),
    ...importsOfTypes(installed, files),
  ]) {
    if (/^(?:\.|node:)/u.test(specifier)) continue;
    const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
    if (name !== manifest.name && !names.includes(name)) {
      fail(`${manifest.name}: ${file} imports "${specifier}", which is no dependency of it.`);
    }
  }
}

/**
 * What the modules import, read by a parser: some hold code in strings, which imports nothing.
 *
 * @param {string} installed
 * @param {readonly string[]} files
 */
async function importsOfModules(installed, files) {
  const { metafile } = await build({
    absWorkingDir: installed,
    entryPoints: files.filter((file) => file.endsWith(".js")),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.filter(({ external }) => external).map(({ path }) => ({ file, specifier: path })),
  );
}

/**
 * @param {string} installed
 * @param {readonly string[]} files
 */
function importsOfTypes(installed, files) {
  return files
    .filter((file) => file.endsWith(".d.ts"))
    .flatMap((file) =>
      [...readFileSync(join(installed, file), "utf8").matchAll(SPECIFIER)].map(
        ([, specifier = ""]) => ({ file, specifier }),
      ),
    );
}

/**
 * @param {Manifest} manifest
 * @param {string} app
 */
async function checkImports(manifest, app) {
  for (const subpath of Object.keys(manifest.exports)) {
    // No module; publint has found the file.
    if (subpath.endsWith(".css")) continue;
    const specifier = JSON.stringify(manifest.name + subpath.slice(1));
    const code = subpath.endsWith(".json")
      ? `await import(${specifier}, { with: { type: "json" } })`
      : `if (Object.keys(await import(${specifier})).length === 0) throw new Error("exports nothing")`;
    // An import that leaves a timer or a socket behind keeps the process alive: that fails too.
    await expectSuccess(
      `import ${specifier}`,
      process.execPath,
      ["--no-warnings", "--input-type=module", "--eval", code],
      app,
    );
  }
}

/**
 * @param {string} what
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
async function expectSuccess(what, command, args, cwd) {
  const { ok, output } = await run(command, args, { cwd, timeout: 60_000 });
  if (!ok) fail(`${what} failed:\n${output.trim()}`);
}

/** @param {Manifest} manifest */
function declared({ dependencies, optionalDependencies, peerDependencies }) {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/**
 * @param {string} folder
 * @param {string} [prefix]
 * @returns {string[]}
 */
function listFiles(folder, prefix = "") {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix + entry.name;
    return entry.isDirectory() ? listFiles(folder, `${path}/`) : [path];
  });
}

/** @param {string} message */
function fail(message) {
  failures += 1;
  process.stderr.write(`${message}\n`);
}
