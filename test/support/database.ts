/** A look into a SQLite file beside the process that writes it. */
import type { JsonWebKey } from "node:crypto";

interface Database {
  prepare(sql: string): { all(...values: unknown[]): unknown[] };
  close(): void;
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options: { readOnly: boolean }) => Database;
}

/** How many rows each table holds. */
export function rowCounts(path: string): Promise<Record<string, number>> {
  return read(path, (query) => {
    const tables = query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    const counted = tables.map(({ name }) => {
      const [row] = query(`SELECT count(*) AS rows FROM "${String(name)}"`);
      return [String(name), Number(row?.["rows"])] as const;
    });
    return Object.fromEntries(counted);
  });
}

/** The private keys of an installation that seals them with no secret, by their ids. */
export function signingKeys(path: string): Promise<ReadonlyMap<string, JsonWebKey>> {
  return read(path, (query) => {
    const rows = query("SELECT id, private_jwk FROM signing_keys");
    return new Map(
      rows.map((row) => [String(row["id"]), JSON.parse(String(row["private_jwk"])) as JsonWebKey]),
    );
  });
}

type Query = (sql: string) => Record<string, unknown>[];

async function read<T>(path: string, work: (query: Query) => T): Promise<T> {
  const { DatabaseSync } = await sqliteModule();
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return work((sql) => database.prepare(sql).all() as Record<string, unknown>[]);
  } finally {
    database.close();
  }
}

async function sqliteModule(): Promise<SqliteModule> {
  const builtin: unknown = process.getBuiltinModule("node:sqlite" as "node:fs");
  const module: unknown = builtin ?? (await import("@photostructure/sqlite"));
  return module as SqliteModule;
}
