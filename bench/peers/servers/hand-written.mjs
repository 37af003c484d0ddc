// @ts-check
/** What one writes oneself: a table of sessions, and a question to it at every request. */
import { hash, randomBytes } from "node:crypto";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Redis } from "ioredis";
import pg from "pg";
import { cookie, each, onFastify } from "./serve.mjs";

/** @type {Record<string, import("./serve.mjs").Open>} */
export const handWritten = {
  "fastify SELECT, SQLite": async ({ folder }) => {
    const database = new Database(join(folder, "hand-written.db"));
    database.pragma("journal_mode = WAL");
    database.exec(
      "CREATE TABLE sessions (hash TEXT PRIMARY KEY, user_id TEXT, expires_at INTEGER)",
    );
    const insert = database.prepare("INSERT INTO sessions VALUES (?, ?, ?)");
    const select = database.prepare("SELECT user_id, expires_at FROM sessions WHERE hash = ?");
    const remove = database.prepare("DELETE FROM sessions WHERE hash = ?");
    return open({
      write: async (key, userId, expiresAt) => void insert.run(key, userId, expiresAt),
      find: (key) => /** @type {Row | undefined} */ (select.get(key)),
      remove: async (key) => void remove.run(key),
    });
  },
  "fastify GET, Redis": async ({ redis: url }) => {
    const redis = new Redis(url ?? "");
    return open({
      write: async (key, user_id, expires_at) =>
        void (await redis.set(`session:${key}`, JSON.stringify({ user_id, expires_at }))),
      find: async (key) => JSON.parse((await redis.get(`session:${key}`)) ?? "null"),
      remove: async (key) => void (await redis.del(`session:${key}`)),
    });
  },
  "fastify SELECT, PostgreSQL": async ({ postgres }) => {
    const pool = new pg.Pool({ connectionString: postgres ?? "", max: 16 });
    await pool.query(
      "CREATE TABLE IF NOT EXISTS hand_written (hash text PRIMARY KEY, user_id text, expires_at bigint)",
    );
    const text = "SELECT user_id, expires_at FROM hand_written WHERE hash = $1";
    return open({
      write: async (...values) =>
        void (await pool.query("INSERT INTO hand_written VALUES ($1, $2, $3)", values)),
      find: async (key) => (await pool.query({ name: "find", text, values: [key] })).rows[0],
      remove: async (key) =>
        void (await pool.query("DELETE FROM hand_written WHERE hash = $1", [key])),
    });
  },
};

/**
 * @typedef {{ user_id: string, expires_at: number }} Row
 * @typedef {object} Table
 * @property {(key: string, userId: string, expiresAt: number) => Promise<void>} write
 * @property {(key: string) => Row | null | undefined | Promise<Row | null | undefined>} find
 * @property {(key: string) => Promise<void>} remove
 */

/** @param {Table} table @returns {Promise<import("./serve.mjs").Peer>} */
async function open({ write, find, remove }) {
  const port = await onFastify(async (request, reply) => {
    const token = cookie(request.headers.cookie, "session");
    const row = token === undefined ? null : await find(hash("sha256", token, "base64url"));
    if (!row || Number(row.expires_at) < Date.now()) return reply.code(401).send({ ok: false });
  });
  const tokens = each().map(() => randomBytes(32).toString("base64url"));
  const inAnHour = Date.now() + 3_600_000;
  for (const [n, token] of tokens.entries()) {
    await write(hash("sha256", token, "base64url"), `user-${n}`, inAnHour);
  }
  return {
    port,
    credentials: tokens.map((token) => ({ cookie: `theme=dark; session=${token}` })),
    logout: (device) => remove(hash("sha256", tokens[device] ?? "", "base64url")),
  };
}
