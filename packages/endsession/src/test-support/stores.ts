/**
 * The store that a test of the whole library runs on: SQLite in memory, or, in the projects of
 * vitest.config.ts that set ENDSESSION_TEST_STORE, a real PostgreSQL with or without a real Redis.
 */
import { randomBytes } from "node:crypto";
import { Pool } from "pg";
import { createClient } from "redis";
import { onTestFinished } from "vitest";
import type { EndSessionOptions } from "../endsession.ts";
import { redisAccelerator } from "../redis/accelerator.ts";
import type { Store } from "../core/store.ts";
import { postgresStore } from "../stores/postgres/store.ts";
import { sqliteStore } from "../stores/sqlite/store.ts";
import { testDatabases, testRedis } from "./services.ts";

const [kind, version, withRedis] = (process.env["ENDSESSION_TEST_STORE"] ?? "sqlite").split(" ");

/** Whether the tests run on PostgreSQL. */
export const onPostgres: boolean = kind === "postgres";

let pool: Promise<Pool> | null = null;

const tables = [
  "tenants",
  "users",
  "sessions",
  "refresh_tokens",
  "remember_me_tokens",
  "audit",
  "ends",
  "suspicions",
  "signing_keys",
  "instances",
];

/** An empty store; the one of the call before is empty from then on as well. */
export async function emptyStore(): Promise<Store> {
  if (!onPostgres) return sqliteStore(":memory:");
  pool ??= openPool();
  const opened = await pool;
  const store = await postgresStore(opened);
  // The database of a test file is made once; what the test before has left is removed.
  // Of a few rows a deletion takes a tenth of the time of TRUNCATE, which makes new files.
  await opened.query(tables.map((table) => `delete from ${table}`).join(";"));
  await opened.query("update installation set auth_version = 1, epoch_reason = null");
  return store;
}

/** The options that go with the store. */
export async function storeOptions(): Promise<Partial<EndSessionOptions>> {
  if (!onPostgres) return {};
  // On a clock that stands still, nobody could wait for others.
  const consistency = "bounded";
  if (withRedis !== "redis") return { consistency };
  const client = createClient({ url: testRedis.url });
  const prefix = `test-${randomBytes(6).toString("hex")}:`;
  const accelerator = await redisAccelerator(client, { prefix });
  onTestFinished(async () => {
    accelerator.close();
    await client.close();
  });
  return { consistency, accelerator };
}

async function openPool(): Promise<Pool> {
  const databases = testDatabases.find(({ name }) => name === `PostgreSQL ${version}`);
  if (!databases?.available) throw new Error(`There is no PostgreSQL ${version} in this run.`);
  return new Pool({ connectionString: await databases.create(), max: 20 });
}
