/** Opens a server: says what is wrong with it in sentences, and makes the tables. */
import type { Kysely } from "kysely";
import { EndSessionError } from "../../core/errors.ts";
import { migrate } from "../sql/migrate.ts";
import type { Tables } from "../sql/schema.ts";
import { withConnection } from "./connection.ts";
import { postgresFlavour } from "./flavour.ts";
import { type PostgresPool, types } from "./pool.ts";

/** The `synchronous_commit` under which sessions end: never less than the server's own. */
export type Durability = "on" | "remote_apply";

interface Server {
  readonly version: number;
  readonly standby: string;
  readonly fsync: string;
  readonly synchronous: string;
  readonly encoding: string;
}

/** Checks a server and brings its tables to this version. */
export async function openServer(pool: PostgresPool, kysely: Kysely<Tables>): Promise<Durability> {
  const { max = 2 } = pool.options ?? {};
  if (max < 2) {
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `The PostgreSQL pool has "max" ${max}; sessions need 2 connections or more, since one of ` +
        "them is kept for following the ends.",
    );
  }
  const server = await ask(pool);
  if (server.version < 130_000) {
    throw invalid(`is version ${Math.floor(server.version / 10_000)}; sessions need 13 or newer`);
  }
  if (server.standby === "t") {
    throw invalid("is a standby, which cannot be written to; give the address of the primary");
  }
  if (server.fsync !== "on") {
    throw invalid("runs with fsync=off, and would lose ends that were acknowledged; set fsync=on");
  }
  if (server.encoding !== "UTF8") {
    throw invalid(`has the encoding ${server.encoding}; make the database with ENCODING 'UTF8'`);
  }
  await migrate(kysely as unknown as Kysely<unknown>, postgresFlavour);
  await kysely
    .insertInto("installation")
    .values({ id: 1, incarnation: globalThis.crypto.randomUUID(), auth_version: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return server.synchronous === "remote_apply" ? "remote_apply" : "on";
}

async function ask(pool: PostgresPool): Promise<Server> {
  const text = `select current_setting('server_version_num')::int as version,
    case when pg_is_in_recovery() then 't' else 'f' end as standby, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous,
    pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`;
  try {
    const { rows } = await withConnection(pool, (client) => client.query({ text, types }));
    return rows[0] as Server;
  } catch (cause) {
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `The PostgreSQL server cannot be used: ${sentenceOf(cause)}. Check the address, the user ` +
        "and the password of the session database, and that the server runs.",
      { cause },
    );
  }
}

/** Drivers report a refused connection of several addresses with an empty message. */
function sentenceOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  const text = message === undefined || message === "" ? code : message;
  return (text ?? "no reason was given").replace(/\.$/, "");
}

function invalid(what: string): EndSessionError {
  return new EndSessionError("ERR_SETTING_INVALID", `The PostgreSQL server ${what}.`);
}
