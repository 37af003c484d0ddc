/** A second PostgreSQL that follows a first one, for tests of a failover. */
import { chmod, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { type Identity, serverIdentity } from "./identity.ts";
import { asClient, type PostgresServer, serve } from "./postgres.ts";
import { findPostgres } from "./postgres-binaries.ts";
import { startProxy } from "./tcp-proxy.ts";
import { own, temporaryFolder } from "./temporary-folder.ts";

/** A server that follows another one asynchronously, through a link that can be cut. */
export interface Standby extends PostgresServer {
  /** Waits until all that the primary had committed before can be read here. */
  caughtUp(): Promise<void>;
  /** Cuts the link: what the primary commits from now on does not arrive. */
  cut(): Promise<void>;
  /** Makes it a primary, on a new timeline, and waits until it is one. */
  promote(): Promise<void>;
}

/** Copies a running primary, and starts the copy as its standby. */
export async function startStandby(primary: PostgresServer): Promise<Standby> {
  const identity = await serverIdentity();
  const binaries = await findPostgres(primary.version, identity);
  const folder = await temporaryFolder(identity);
  const link = await startProxy(primary.port);
  await asClient(primary.url, (client) => backUp(client, primary.folder, folder, identity));
  const server = await serve({
    version: primary.version,
    folder,
    ownsFolder: true,
    binaries,
    identity,
    settings: {
      ...primary.settings,
      primary_conninfo: `host=127.0.0.1 port=${link.port} user=postgres`,
    },
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await link.close();
    },
    caughtUp: async () => {
      const position = await read(primary.url, "SELECT pg_current_wal_flush_lsn()");
      const reached = `SELECT pg_last_wal_replay_lsn() >= '${String(position)}'`;
      // PostgreSQL 18 has nothing yet that waits for this.
      while ((await read(server.url, reached)) !== true) await pause(10);
    },
    cut: () => link.mode("cut"),
    promote: async () => {
      await read(server.url, "SELECT pg_promote()");
    },
  };
}

async function read(url: string, sql: string): Promise<unknown> {
  const { rows } = await asClient(url, (client) =>
    client.query<unknown[]>({
      text: sql,
      rowMode: "array",
    }),
  );
  return rows[0]?.[0];
}

/** What belongs to the running server, and not to its data. */
const notCopied =
  /^(?:postmaster\.(?:pid|opts)|pg_(?:dynshmem|notify|replslot|serial|snapshots|stat_tmp|subtrans|wal)\/.*)$/u;

/** What `pg_basebackup` does, which the npm package lacks. */
async function backUp(client: Client, from: string, to: string, identity: Identity): Promise<void> {
  await client.query("SELECT pg_backup_start('standby', true)");
  await copyTree(from, to, identity, (path) => !notCopied.test(path));
  const stopped = await client.query<{ labelfile: string }>("SELECT * FROM pg_backup_stop(false)");
  await copyTree(from, to, identity, (path) => path.startsWith("pg_wal"));
  await writeOwned(join(to, "backup_label"), stopped.rows[0]?.labelfile ?? "", identity);
  await writeOwned(join(to, "standby.signal"), "", identity);
}

async function copyTree(
  from: string,
  to: string,
  identity: Identity,
  takes: (path: string) => boolean,
  inside = "",
): Promise<void> {
  for (const entry of await readdir(join(from, inside), { withFileTypes: true })) {
    const path = join(inside, entry.name);
    if (!takes(path)) continue;
    const target = join(to, path);
    if (entry.isDirectory()) {
      await mkdir(target, { recursive: true, mode: 0o700 });
      await copyTree(from, to, identity, takes, path);
    } else if (!(await copyIfPresent(join(from, path), target))) {
      continue;
    }
    await own(target, identity);
  }
}

/** The server goes on while it is copied: files may go before their turn has come. */
async function copyIfPresent(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to);
    await chmod(to, 0o600);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function writeOwned(path: string, text: string, identity: Identity): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await own(path, identity);
}
