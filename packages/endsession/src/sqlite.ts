/** `endsession/sqlite`: the embedded store, in one durable SQLite file. */
export { sqliteStore } from "./stores/sqlite/store.ts";
export {
  openDatabase,
  type SqliteDatabase,
  type SqliteStatement,
} from "./stores/sqlite/database.ts";
