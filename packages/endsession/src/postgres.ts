/** `endsession/postgres`: the store for several instances, in PostgreSQL. */
export { postgresStore } from "./stores/postgres/store.ts";
export type {
  PostgresClient,
  PostgresPool,
  PostgresQuery,
  PostgresResult,
} from "./stores/postgres/pool.ts";
