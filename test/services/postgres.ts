/** A real PostgreSQL of its own for a test: started, stopped, killed and started again. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { access, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { type Identity, serverIdentity } from "./identity.ts";
import { freePort } from "./port.ts";
import { findPostgres, type PostgresBinaries, type PostgresVersion } from "./postgres-binaries.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { own, temporaryFolder } from "./temporary-folder.ts";

/** What a start may set. */
export interface PostgresOptions {
  readonly version: PostgresVersion;
  /** Where the cluster is, or shall be (default a new temporary folder, removed by `stop`). */
  readonly folder?: string;
  /** Settings of postgresql.conf beside and above those of {@link defaultSettings}. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server. Its port stays the same over all of its starts. */
export interface PostgresServer {
  /** The superuser's URL of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** The folder of the cluster. */
  readonly folder: string;
  readonly version: PostgresVersion;
  /** The settings that it was given. */
  readonly settings: Readonly<Record<string, string>>;
  /** Stops it at once, with all connections closed; removes a folder that it made itself. */
  stop(): Promise<void>;
  /** Kills all of its processes, as a power switch would; the folder stays. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port, after `kill`. */
  start(): Promise<void>;
}

/** What makes a commit safe, and what keeps the server to this machine. */
const defaultSettings: Readonly<Record<string, string>> = {
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  max_connections: "200",
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  logging_collector: "off",
  lc_messages: "C",
};

const execute = promisify(execFile);

/** Makes a cluster, unless its folder holds one, and starts it. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const identity = await serverIdentity();
  const binaries = await findPostgres(options.version, identity);
  const folder = options.folder ?? (await temporaryFolder(identity));
  const ownsFolder = options.folder === undefined;
  try {
    await createCluster(folder, binaries, identity);
    const server = await serve({ ...options, folder, ownsFolder, binaries, identity });
    await createRole(server.url);
    return server;
  } catch (error) {
    if (ownsFolder) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Creates an empty database that belongs to the role `endsession`, and gives that role's URL. */
export async function createDatabase({ url }: { readonly url: string }): Promise<string> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await asClient(url, (client) => client.query(`CREATE DATABASE ${name} OWNER endsession`));
  const { host } = new URL(url);
  return `postgres://endsession@${host}/${name}`;
}

/** Does something with a connection of its own. */
export async function asClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // A connection that breaks says so to its query; between two of them nobody else listens.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** All that a start of a cluster needs. */
export interface Cluster {
  readonly version: PostgresVersion;
  readonly folder: string;
  readonly ownsFolder: boolean;
  readonly binaries: PostgresBinaries;
  readonly identity: Identity;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a server on a cluster that exists. */
export async function serve(cluster: Cluster): Promise<PostgresServer> {
  const { version, folder, ownsFolder, settings = {} } = cluster;
  let running: ServerProcess | null = null;
  let port = 0;
  for (let attempt = 1; running === null; attempt += 1) {
    port = await freePort();
    running = await run(cluster, port).catch((error: unknown) => {
      const taken = String(error).includes("Address already in use");
      if (taken && attempt < 5) return null;
      throw error;
    });
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    folder,
    version,
    settings,
    stop: async () => {
      await running?.stop();
      running = null;
      if (ownsFolder) await rm(folder, { recursive: true, force: true });
    },
    kill: async () => {
      await running?.kill();
      running = null;
    },
    start: async () => {
      if (running !== null) throw new Error("This PostgreSQL runs already.");
      running = await run(cluster, port);
    },
  };
}

async function createCluster(
  folder: string,
  { bin, env }: PostgresBinaries,
  identity: Identity,
): Promise<void> {
  const exists = await access(join(folder, "PG_VERSION")).then(
    () => true,
    () => false,
  );
  if (exists) return;
  await mkdir(folder, { recursive: true });
  await own(folder, identity);
  const args = ["-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
  // What is not yet on the disk of a cluster that a test just made, no test can lose.
  await execute(join(bin, "initdb"), [...args, "--no-sync"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...env },
    ...identity,
  });
}

function run(cluster: Cluster, port: number): Promise<ServerProcess> {
  const { folder, ownsFolder, binaries, identity, settings } = cluster;
  const all = { ...defaultSettings, ...settings, port: String(port) };
  const args = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return startProcess({
    program: join(binaries.bin, "postgres"),
    args: ["-D", folder, ...args],
    env: binaries.env,
    identity,
    ready: /database system is ready to accept (?:read-only )?connections/u,
    folder,
    ownsFolder,
    // What PostgreSQL calls a fast shutdown: it does not wait for clients to leave.
    stopSignal: "SIGINT",
  });
}

/** Creates the role that owns the databases of tests, no superuser, unless it exists. */
async function createRole(url: string): Promise<void> {
  await asClient(url, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = 'endsession'");
    if (rowCount === 0) await client.query("CREATE ROLE endsession LOGIN");
  });
}
