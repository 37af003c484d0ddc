// @ts-check
/**
 * Builds the applications in stacks/, each on a framework of its own, with the library as npm packs
 * it, and runs their tests. Needs a build of the library, and the npm registry the first time.
 *
 *     node scripts/stacks.mjs             those that build quickly
 *     node scripts/stacks.mjs --nightly   all
 *     node scripts/stacks.mjs nextjs      some
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./run.mjs";

const quick = ["nextjs", "sveltekit", "react-router"];
/** Nuxt brings more packages than all the others together. */
const slow = ["nuxt"];

const named = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const nightly = process.argv.includes("--nightly") || process.env["ENDSESSION_NIGHTLY"] === "1";
const chosen = named.length > 0 ? named : nightly ? [...quick, ...slow] : quick;
const stacks = join(root, "stacks");

await install();
for (const name of chosen) await must("npm", ["run", "build", "--workspace", name]);
await must("vitest", ["run", ...chosen]);

async function install() {
  const installed = join(stacks, "node_modules", ".package-lock.json");
  const wanted = join(stacks, "package-lock.json");
  const isCurrent =
    existsSync(installed) &&
    statSync(installed).mtimeMs > statSync(wanted).mtimeMs &&
    chosen.every((name) => existsSync(join(stacks, "node_modules", `endsession-stack-${name}`)));
  if (!isCurrent) {
    const workspaces = chosen.flatMap((name) => ["--workspace", name]);
    await must("npm", ["ci", "--no-audit", "--no-fund", ...workspaces]);
  }
  await installLibrary();
}

/** The library changes more often than the rest, and is put in its place by itself. */
async function installLibrary() {
  const folder = join(stacks, "node_modules", "endsession");
  const temporary = mkdtempSync(join(tmpdir(), "endsession-stacks-"));
  try {
    const packing = ["pack", "--silent", "--ignore-scripts", "--pack-destination", temporary];
    await must("npm", packing, join(root, "packages", "endsession"));
    const [tarball = ""] = readdirSync(temporary);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const extraction = ["-xzf", join(temporary, tarball), "-C", folder, "--strip-components=1"];
    await must("tar", extraction, temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 */
async function must(command, args, cwd = stacks) {
  const env = { NEXT_TELEMETRY_DISABLED: "1", NUXT_TELEMETRY_DISABLED: "1" };
  const { ok, output } = await run(command, args, { cwd, env });
  if (ok) return;
  process.stderr.write(`${command} ${args.join(" ")}\n${output}\n`);
  process.exit(1);
}
