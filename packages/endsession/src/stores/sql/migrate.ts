/**
 * Brings a database to the tables of this version. Each migration runs once, in order, inside a
 * transaction that other processes wait for, so that several may start at the same time.
 */
import { type Kysely, type Migration, Migrator } from "kysely";
import { EndSessionError } from "../../core/errors.ts";
import type { Flavour } from "./flavour.ts";
import { sessions } from "./migrations/0001-sessions.ts";
import { feed } from "./migrations/0002-feed.ts";
import { rememberMeGrace } from "./migrations/0003-remember-me-grace.ts";
import { confirmedSuccessors } from "./migrations/0004-confirmed-successors.ts";

function migrationsOf(flavour: Flavour): Record<string, Migration> {
  return {
    "0001-sessions": sessions(flavour),
    "0002-feed": feed(flavour),
    "0003-remember-me-grace": rememberMeGrace,
    "0004-confirmed-successors": confirmedSuccessors,
  };
}

const migrationTable = "endsession_migrations";

/** Migrates, or throws when the database is newer than this version or cannot be changed. */
export async function migrate(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  const migrations = migrationsOf(flavour);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
  });
  await refuseNewer(db, Object.keys(migrations));
  const { error } = await migrator.migrateToLatest();
  if (error) {
    throw new EndSessionError(
      "ERR_STORE_UNAVAILABLE",
      "The session database could not be brought to this version's tables. Nothing was changed.",
      { cause: error },
    );
  }
}

async function refuseNewer(db: Kysely<unknown>, known: readonly string[]): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === migrationTable)) return;
  const applied = await (db as Kysely<Record<typeof migrationTable, { name: string }>>)
    .selectFrom(migrationTable)
    .select("name")
    .execute();
  const unknown = applied.find(({ name }) => !known.includes(name));
  if (unknown) {
    throw new EndSessionError(
      "ERR_STORE_NEWER",
      `The session database has migration "${unknown.name}", which this version of endsession ` +
        "does not know. Run the newer version, or restore a backup made by this one.",
    );
  }
}
