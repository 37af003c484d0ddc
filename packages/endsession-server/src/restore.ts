/**
 * What is to be done after a backup of the session database was restored: the backup does not know
 * what ended after it was made, so everything ends, and a new history begins.
 */
import { createEndSession, type Receipt } from "endsession";
import { postgresStore } from "endsession/postgres";
import { sqliteStore } from "endsession/sqlite";
import { Pool } from "pg";

/** Ends all sessions of a database and begins a new history. Throws a sentence when it cannot. */
export async function restore(database: string, secret: string | null): Promise<Receipt> {
  const pool = /^postgres(?:ql)?:\/\//i.test(database)
    ? new Pool({ connectionString: database, max: 3, connectionTimeoutMillis: 5000 })
    : null;
  try {
    const store = pool === null ? await sqliteStore(database) : await postgresStore(pool);
    const endsession = await createEndSession({
      store,
      // This process checks nothing; it asks instances that do to forget.
      lease: "none",
      ...(secret === null ? {} : { secret }),
    });
    try {
      return await endsession.sessions.restored();
    } finally {
      await endsession.close();
    }
  } finally {
    await pool?.end();
  }
}
