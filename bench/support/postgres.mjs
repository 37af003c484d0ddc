// @ts-check
/** Installations on a PostgreSQL, and many sessions that are put into it without the library. */
import { postgresStore } from "endsession/postgres";
import pg from "pg";
import { install } from "./installation.mjs";

/** @typedef {import("pg").Pool} Pool */

/**
 * Opens an installation on a database, and gives its pool as well.
 * @param {string} url
 * @param {Partial<import("endsession").EndSessionOptions>} [options]
 */
export async function installOnPostgres(url, options = {}) {
  const pool = new pg.Pool({ connectionString: url, max: 16 });
  const endsession = await install({ ...options, store: await postgresStore(pool) });
  return { pool, endsession, close: () => endsession.close().then(() => pool.end()) };
}

/**
 * Copies a session that the library has made, and what is written of its end: whatever their
 * columns are, the copies are like them. Their credentials are nobody's.
 * @param {Pool} pool
 * @param {object} plan
 * @param {string} plan.of            the id of the session
 * @param {number} plan.from          the number of the first copy
 * @param {number} plan.n
 * @param {string} [plan.user]        SQL for the user of copy `n` (default the same user)
 */
export async function copySession(pool, { of, from, n, user = "template.user_id" }) {
  const id = "md5('session ' || n)";
  const own = {
    sessions: { id, user_id: user, token_hash: "md5('token ' || n) || left(md5(n::text), 11)" },
    ends: { session_id: id, user_id: user, audit_id: "left(md5('audit ' || n), 22)" },
  };
  for (const [table, key] of /** @type {const} */ ([
    ["sessions", "id"],
    ["ends", "session_id"],
  ])) {
    const names = await columnsOf(pool, table);
    /** @type {Record<string, string>} */
    const changed = own[table];
    const values = names.map((name) => changed[name] ?? `template."${name}"`);
    await pool.query(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(", ")})
       select ${values.join(", ")} from generate_series(${from}, ${from + n - 1}) as numbers(n),
         (select * from ${table} where ${key} = $1) as template`,
      [of],
    );
  }
}

/** Those that the database does not fill by itself. @param {Pool} pool @param {string} table @returns {Promise<string[]>} */
async function columnsOf(pool, table) {
  const { rows } = await pool.query(
    `select column_name as name from information_schema.columns where table_name = $1
       and is_identity = 'NO' and coalesce(column_default, '') not like 'pg_current_xact_id%'`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/**
 * What the server does by itself within a minute or two: clears up, and finds out how large its
 * tables are. Until then it knows them as empty, and plans as if they were.
 * @param {Pool} pool
 */
export async function comeToRest(pool) {
  await pool.query("vacuum (analyze)");
}
