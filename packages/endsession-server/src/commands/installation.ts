/** What the commands share that work on the database: their options, and opening it. */
import type { Command } from "commander";
import { createEndSession, type EndSession } from "endsession";
import { UnusableError } from "../config/config.ts";
import { type ReadConfig, readConfig } from "../config/read.ts";
import { type Database, isThere, openDatabase, pathOf } from "../open/database.ts";
import { libraryOptions } from "../open/options.ts";
import { openRedis, type Redis } from "../open/redis.ts";
import { reasonOf, shownPlace, usable, type Whereabouts } from "../open/usable.ts";
import { UsageError } from "../terminal/failure.ts";
import { type Io, warn } from "../terminal/streams.ts";

/** Options of every command that works on the database. */
export interface InstallationOptions {
  readonly database?: string;
  readonly secret?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Options of the commands that work in one tenant. */
export interface TenantOptions extends InstallationOptions {
  readonly tenant: string;
}

/** Adds the options. */
export function onInstallation(command: Command): Command {
  return command
    .option("--database <url>", "file:… or postgres://… (default: ENDSESSION_DATABASE)")
    .option("--secret <text>", "the installation's secret (default: ENDSESSION_SECRET)")
    .option("--config <file>", "the service's file (default: endsession.config.json, if there)")
    .option("--json", "print JSON");
}

/** Adds the option that names a tenant. */
export function inTenant(command: Command): Command {
  return command.option("--tenant <name>", "the tenant", "default");
}

/** The settings, with what the options say in the place of the variables. */
export function settingsOf(options: InstallationOptions, { env, folder }: Io): ReadConfig {
  const { database, secret, config = null } = options;
  return readConfig({
    env: {
      ...env,
      ...(database && { ENDSESSION_DATABASE: database, ENDSESSION_DATABASE_FILE: "" }),
      ...(secret && { ENDSESSION_SECRET: secret, ENDSESSION_SECRET_FILE: "" }),
    },
    file: config,
    folder,
  });
}

/** Opens the database that the settings name, and closes it after the work. */
export async function withDatabase<T>(
  options: InstallationOptions,
  io: Io,
  work: (database: Database, settings: ReadConfig) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(options, io);
  const { config, isSet } = settings;
  // The service makes the file of its default; a command in the wrong folder must not.
  if (!isSet("database") && !isThere(config.database)) {
    throw new UsageError("name the database by --database or ENDSESSION_DATABASE.");
  }
  const database = await usable(placeOf(options, settings), () => openDatabase(config.database));
  try {
    return await work(database, settings);
  } finally {
    await database.store.close();
    await database.close();
  }
}

/**
 * Opens the installation beside the service, if that runs: this process answers nothing from memory,
 * and what it ends is answered when every instance has applied it.
 */
export async function withInstallation<T>(
  options: InstallationOptions,
  io: Io,
  work: (endsession: EndSession) => Promise<T>,
): Promise<T> {
  const location = settingsOf(options, io).config.database;
  if (settingsOf(options, io).isSet("database") && !isThere(location)) {
    throw new UnusableError(
      `The SQLite database "${pathOf(location)}" cannot be opened: there is no such file.`,
    );
  }
  return withDatabase(options, io, async ({ store }, settings) => {
    const { config, nameOf } = settings;
    const { keys } = await store.query({ kind: "signing_keys" });
    const redis = await redisOf(config.redis, nameOf("redis"), io);
    try {
      const endsession = await usable(placeOf(options, settings), () =>
        createEndSession({
          ...libraryOptions({ ...config, consistency: "strict" }),
          // The installation's own, whatever is set here: another one would make a new key.
          algorithm: (keys[0]?.algorithm ?? config.algorithm) as typeof config.algorithm,
          store,
          ...(redis === null ? {} : { accelerator: redis.accelerator }),
          lease: "none",
        }),
      );
      return await work(endsession);
    } finally {
      redis?.close();
    }
  });
}

function placeOf({ database }: InstallationOptions, { config, nameOf }: ReadConfig): Whereabouts {
  return { setting: database ? "--database" : nameOf("database"), location: config.database };
}

/** A Redis that does not answer makes ends slower, and keeps nobody from ending. */
async function redisOf(url: string | null, setting: string, io: Io): Promise<Redis | null> {
  if (url === null) return null;
  try {
    return await openRedis(url);
  } catch (error) {
    const reason = reasonOf(error, url);
    warn(io, `going on without ${setting} "${shownPlace(url)}": ${reason}`);
    return null;
  }
}
