/**
 * The driver, as much of it as is used. A `Pool` of the package `pg` fits; the application brings
 * it, with its own settings for TLS, size and passwords.
 */

/** What a query gives. */
export interface PostgresResult {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

/** A query with its values; named ones are prepared once a connection. */
export interface PostgresQuery {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
  readonly types?: { getTypeParser(oid: number): (text: string) => unknown };
}

/** A connection that was taken from the pool. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<PostgresResult>;
  on(event: string, listener: (argument: unknown) => void): unknown;
  removeListener(event: string, listener: (argument: unknown) => void): unknown;
  /** Gives it back; with true it is closed instead. */
  release(destroy?: boolean): void;
}

/** A pool of connections. */
export interface PostgresPool {
  /** The settings of the pool, where it tells them. */
  readonly options?: { readonly max?: number };
  connect(): Promise<PostgresClient>;
  on(event: "error", listener: (error: Error) => void): unknown;
  removeListener(event: "error", listener: (error: Error) => void): unknown;
}

const numeric: ReadonlySet<number> = new Set([20, 21, 23]); // int8, int2, int4

/** Numbers as numbers (none of ours reaches 2^53), everything else as text. */
export const types: NonNullable<PostgresQuery["types"]> = {
  getTypeParser: (oid) => (numeric.has(oid) ? Number : (text) => text),
};
