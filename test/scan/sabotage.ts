/**
 * The built demo, copied with the library and with one line of the source changed. Only what the
 * line is in is compiled anew; all the rest is what `npm run build` has made.
 */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { temporaryFolder } from "../support/demo.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const execute = promisify(execFile);

/** What the copy holds of the repository. */
const parts = [
  "tsconfig.base.json",
  "scripts/run.mjs",
  "scripts/bundle-demo.mjs",
  "packages/endsession/package.json",
  "packages/endsession/src",
  "packages/endsession/dist",
  "apps/demo/package.json",
  "apps/demo/browser",
  "apps/demo/src",
  "apps/demo/dist",
] as const;

/** Sources that end up in the scripts of the demo's pages. */
const ofBrowsers =
  /^(?:apps\/demo\/browser|packages\/endsession\/src\/(?:client|react|protocol))\//u;

/** A demo that can be started. */
export interface CopiedDemo {
  /** Its `main.js`. */
  readonly main: string;
  remove(): Promise<void>;
}

/** What a patch changes, read from itself. Throws when that is more than one line of one file. */
export interface OneLine {
  /** The path in the repository. */
  readonly file: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Reads a unified diff. */
export async function readPatch(patch: string): Promise<OneLine> {
  const lines = (await readFile(patch, "utf8")).trimEnd().split("\n");
  const files = lines.filter((line) => line.startsWith("+++ "));
  const changed = (mark: string): string[] =>
    lines.filter((line) => line.startsWith(mark) && !line.startsWith(mark.repeat(3)));
  const [before = null, ...moreBefore] = changed("-");
  const [after = null, ...moreAfter] = changed("+");
  const [file = ""] = files;
  const isOne = moreBefore.length === 0 && moreAfter.length === 0 && before !== after;
  if (files.length !== 1 || !isOne) throw new Error(`${patch} changes more or less than one line.`);
  return { file: file.replace(/^\+\+\+ b\//u, ""), before, after };
}

/**
 * Copies the demo, applies the patch, if there is one, and compiles what it changed. Rejects when it
 * does not fit, or changes nothing that runs.
 */
export async function copyDemo(patch: string | null): Promise<CopiedDemo> {
  const folder = await temporaryFolder();
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await copy(folder);
    if (patch !== null) await sabotage(folder, patch);
    return { main: join(folder, "apps/demo/dist/main.js"), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function sabotage(folder: string, patch: string): Promise<void> {
  const { file } = await readPatch(patch);
  const before = await compiled(folder, file);
  await apply(patch, folder);
  const after = await compiled(folder, file);
  if (before.text === after.text) throw new Error(`${patch} changes nothing that runs.`);
  if (after.path !== null) await writeFile(after.path, after.text);
  if (ofBrowsers.test(file)) {
    await execute(process.execPath, [join(folder, "scripts/bundle-demo.mjs")]);
  }
}

async function copy(folder: string): Promise<void> {
  for (const part of parts) {
    const to = join(folder, part);
    await mkdir(dirname(to), { recursive: true });
    await cp(join(root, part), to, { recursive: true, mode: constants.COPYFILE_FICLONE });
  }
  // What Node finds there as "endsession" is the copy; all other packages are ours.
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name.startsWith("endsession")) continue;
    await symlink(join(root, "node_modules", name), join(modules, name), "junction");
  }
  await symlink(join(folder, "packages/endsession"), join(modules, "endsession"), "junction");
}

async function apply(patch: string, folder: string): Promise<void> {
  // A repository around the temporary folder, or around this test, is none of its business.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  await execute("git", ["apply", patch], {
    cwd: folder,
    env: { ...Object.fromEntries(own), GIT_CEILING_DIRECTORIES: dirname(folder) },
  });
}

/** One source as `tsc` compiles it: a file of its own, with its imports as they are. */
async function compiled(
  folder: string,
  file: string,
): Promise<{ readonly path: string | null; readonly text: string }> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, file)],
    bundle: true,
    packages: "external",
    write: false,
    format: "esm",
    target: "es2023",
    jsx: "automatic",
    plugins: [
      {
        name: "its imports stay imports",
        setup(building) {
          building.onResolve({ filter: /^\./ }, ({ path }) => ({
            path: path.replace(/\.tsx?$/u, ".js"),
            external: true,
          }));
        },
      },
    ],
  });
  const [, place, name] = /^(.+)\/src\/(.+)\.tsx?$/u.exec(file) ?? [];
  const path = place === undefined ? null : join(folder, place, "dist", `${name ?? ""}.js`);
  return { path, text: outputFiles[0]?.text ?? "" };
}
