/**
 * Brings the services that tests `inject`: one PostgreSQL 15, one PostgreSQL 18 and one Redis for
 * the whole run. What cannot be brought fails the run, unless ENDSESSION_TEST_SKIP names it: a list
 * of `postgres`, `postgres15`, `postgres18` and `redis`, separated by commas.
 *
 * What the services and the tests write lies in one temporary folder, which goes with the run.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The superuser's URL of the database `postgres`, or null when it is to be skipped. */
    postgres15: string | null;
    postgres18: string | null;
    /** The URL of a Redis, or null when it is to be skipped. */
    redis: string | null;
  }
}

interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

const services = [
  ["postgres15", ["postgres", "postgres15"], () => startPostgres({ version: 15 })],
  ["postgres18", ["postgres", "postgres18"], () => startPostgres({ version: 18 })],
  ["redis", ["redis"], () => startRedis()],
] as const satisfies [string, string[], () => Promise<Service>][];

/** Starts them, and gives what stops them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // Each project inherits this setup from the root, as it inherits what the root provides.
  if (!project.isRootProject()) return undefined;
  const skipped = skippedNames();
  // A short name: browsers keep sockets far below it, whose paths must not exceed 107 bytes.
  const folder = await mkdtemp(join(tmpdir(), "es-"));
  // As the one around it is: databases, browsers and apt run as other users.
  await chmod(folder, 0o1777);
  process.env["TMPDIR"] = folder;
  const started = await Promise.allSettled(
    services.map(async ([key, names, start]) => {
      const service = names.some((name) => skipped.has(name)) ? null : await start();
      project.provide(key, service?.url ?? null);
      return service;
    }),
  );
  const running = started.flatMap((it) => (it.status === "fulfilled" && it.value ? it.value : []));
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((service) => service.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const reasons = started.flatMap((it) => (it.status === "rejected" ? [String(it.reason)] : []));
  if (reasons.length > 0) {
    await stop();
    throw new Error(reasons.join("\n"));
  }
  return stop;
}

function skippedNames(): ReadonlySet<string> {
  const known = new Set<string>(services.flatMap(([, names]) => names));
  const list = (process.env["ENDSESSION_TEST_SKIP"] ?? "").split(",").map((name) => name.trim());
  const names = list.filter((name) => name !== "");
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `ENDSESSION_TEST_SKIP names ${unknown.join(", ")}; it takes ${[...known].join(", ")}.`,
    );
  }
  return new Set(names);
}
