// @ts-check
/** The least that a durable act can cost: one INSERT, one commit, on the same disk and driver. */
/** @typedef {import("endsession/sqlite").SqliteDatabase} SqliteDatabase */

/**
 * A run of `batch` commits, WAL and synchronous=FULL, one at a time.
 * @param {SqliteDatabase} database
 * @param {number} batch
 */
export function rawCommits(database, batch) {
  database.exec("CREATE TABLE IF NOT EXISTS raw_commits (id INTEGER PRIMARY KEY, text TEXT)");
  const insert = database.prepare("INSERT INTO raw_commits (text) VALUES (?)");
  const text = "a row about as long as an audit record's".repeat(3);
  return () => {
    let changes = 0;
    for (let index = 0; index < batch; index += 1) changes += Number(insert.run(text).changes);
    // The driver frees a database that nobody holds, even under a statement that is still used.
    return database ? changes : 0;
  };
}

/**
 * Grows the file's log to the size that it keeps from then on. Until then each commit also makes
 * the file longer, which takes the disk twice as long.
 * @param {SqliteDatabase} database
 */
export function growLog(database) {
  database.exec(`
    CREATE TABLE grown (page BLOB);
    WITH RECURSIVE pages(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM pages WHERE n < 2000)
    INSERT INTO grown SELECT zeroblob(4000) FROM pages;
    DROP TABLE grown;
    PRAGMA wal_checkpoint;
  `);
}
