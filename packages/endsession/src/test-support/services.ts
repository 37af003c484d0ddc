/** The real services that a test run brings, see test/services/setup.ts. */
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    postgres15: string | null;
    postgres18: string | null;
    redis: string | null;
  }
}

/** A server that gives each test a database of its own. */
export interface TestDatabases {
  readonly name: string;
  /** Whether it runs; false only when ENDSESSION_TEST_SKIP names it. */
  readonly available: boolean;
  /** Creates an empty database, and gives the URL of its owner, who is no superuser. */
  create(): Promise<string>;
}

/** Every PostgreSQL that tests run against. */
export const testDatabases: readonly TestDatabases[] = [
  postgres("PostgreSQL 15", inject("postgres15")),
  postgres("PostgreSQL 18", inject("postgres18")),
];

const redis = inject("redis");

/** The Redis of the run, which all tests share: take keys and channels of your own. */
export const testRedis: { readonly available: boolean; readonly url: string } = {
  available: redis !== null,
  url: redis ?? "",
};

function postgres(name: string, adminUrl: string | null): TestDatabases {
  return {
    name,
    available: adminUrl !== null,
    create: async () => {
      if (adminUrl === null)
        throw new Error(`${name} does not run: ENDSESSION_TEST_SKIP names it.`);
      const database = `test_${randomBytes(8).toString("hex")}`;
      const client = new Client({ connectionString: adminUrl });
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${database} OWNER endsession`);
      } finally {
        await client.end();
      }
      return `postgres://endsession@${new URL(adminUrl).host}/${database}`;
    },
  };
}
