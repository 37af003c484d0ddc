/**
 * A Kysely dialect over the SQLite database, for migrations. Transactions begin IMMEDIATE, so
 * that of several processes one migrates and the others wait. (Kysely's own begins deferred.)
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteDatabase } from "./database.ts";

/** The dialect of an open database. */
export function sqliteDialect(database: SqliteDatabase): Dialect {
  return {
    createAdapter: (): DialectAdapter => new TransactionalAdapter(),
    createDriver: (): Driver => new SqliteDriver(database),
    createIntrospector: (db: Kysely<unknown>): DatabaseIntrospector => new SqliteIntrospector(db),
    createQueryCompiler: (): QueryCompiler => new SqliteQueryCompiler(),
  };
}

class TransactionalAdapter extends SqliteAdapter {
  /** SQLite rolls back changes of tables too; Kysely does not rely on it by default. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class SqliteDriver implements Driver {
  readonly #database: SqliteDatabase;
  readonly #connection: DatabaseConnection;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#connection = new SqliteConnection(database);
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
  async beginTransaction(): Promise<void> {
    this.#database.exec("BEGIN IMMEDIATE");
  }
  async commitTransaction(): Promise<void> {
    this.#database.exec("COMMIT");
  }
  async rollbackTransaction(): Promise<void> {
    this.#database.exec("ROLLBACK");
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const prepared = this.#database.prepare(query.sql);
    const values = query.parameters as (string | number | null)[];
    const reads =
      SelectQueryNode.is(query.query) || /^\s*(?:pragma|with|select)\b/i.test(query.sql);
    if (reads) return { rows: prepared.all(...values) as R[] };
    const { changes } = prepared.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  // eslint-disable-next-line require-yield -- migrations do not stream
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Migrations do not stream.");
  }
}
