/**
 * The embedded store: one SQLite file, every act synchronous within one IMMEDIATE transaction.
 * Nothing can come between the statements of an act, neither another request of this process nor
 * another process.
 */
import { Kysely } from "kysely";
import type { Act } from "../../core/acts.ts";
import type { Feed } from "../../core/feed.ts";
import type { Answers, Committed, CredentialKey, Query, Store } from "../../core/store.ts";
import type { SessionRecord } from "../../core/session.ts";
import { commitSteps } from "../sql/acts/commit.ts";
import { EndsOfCommit } from "../sql/ends.ts";
import { migrate } from "../sql/migrate.ts";
import { findSessions } from "../sql/queries/find-sessions.ts";
import { querySteps } from "../sql/queries/index.ts";
import type { Tables } from "../sql/schema.ts";
import { bind, type Call, type Result, type Steps } from "../sql/statement.ts";
import {
  makeDurable,
  openDatabase,
  refuseOldTruth,
  type SqliteDatabase,
  type SqliteStatement,
} from "./database.ts";
import { sqliteDialect } from "./dialect.ts";
import { SqliteFeed } from "./feed.ts";
import { sqliteFlavour } from "./flavour.ts";
import type { Flavour } from "../sql/flavour.ts";

/**
 * A store in a SQLite file, or in a database that the application has opened itself (node:sqlite
 * or `openDatabase`) and uses for nothing else: while a transaction of its own is open there, no
 * session can be checked or ended. Creates and migrates its tables. Throws `ERR_SETTING_INVALID` for a file
 * that cannot be used and `ERR_STORE_NEWER` for one of a newer version.
 *
 * ```ts
 * const store = await sqliteStore("file:sessions.db");
 * ```
 */
export async function sqliteStore(database: string | SqliteDatabase): Promise<Store> {
  const opened = typeof database === "string" ? await openDatabase(database) : database;
  makeDurable(opened);
  const kysely = new Kysely<Tables>({ dialect: sqliteDialect(opened) });
  const flavour = sqliteFlavour(opened);
  try {
    await oneAtATime(() => prepareTables(kysely, flavour));
  } catch (error) {
    if (typeof database === "string") opened.close();
    throw error;
  }
  return new SqliteStore(opened, kysely, flavour, typeof database === "string");
}

async function prepareTables(kysely: Kysely<Tables>, flavour: Flavour): Promise<void> {
  await migrate(kysely as unknown as Kysely<unknown>, flavour);
  await kysely
    .insertInto("installation")
    .values({ id: 1, incarnation: globalThis.crypto.randomUUID(), auth_version: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

let preparing: Promise<void> = Promise.resolve();

/**
 * Other processes wait for the database's lock. Within this one a wait would block the very
 * event loop that the holder needs, so here they queue.
 */
function oneAtATime(work: () => Promise<void>): Promise<void> {
  const mine = preparing.then(work);
  preparing = mine.catch(() => undefined);
  return mine;
}

interface Prepared {
  readonly statement: SqliteStatement;
  readonly parameters: readonly unknown[];
  readonly returnsRows: boolean;
}

class SqliteStore implements Store {
  readonly #database: SqliteDatabase;
  readonly #kysely: Kysely<Tables>;
  readonly #flavour: Flavour;
  readonly #ownsDatabase: boolean;
  readonly #begin: SqliteStatement;
  readonly #commit: SqliteStatement;
  readonly #prepared = new Map<string, Prepared>();

  readonly feed: Feed;

  constructor(
    database: SqliteDatabase,
    kysely: Kysely<Tables>,
    flavour: Flavour,
    ownsDatabase: boolean,
  ) {
    this.feed = new SqliteFeed(database);
    this.#database = database;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#kysely = kysely;
    this.#flavour = flavour;
    this.#ownsDatabase = ownsDatabase;
  }

  async find(keys: readonly CredentialKey[]): Promise<readonly (SessionRecord | undefined)[]> {
    refuseOldTruth(this.#database);
    return this.#run(findSessions(keys));
  }

  async query<Q extends Query>(query: Q): Promise<Answers[Q["kind"]]> {
    refuseOldTruth(this.#database);
    return this.#run(querySteps(query));
  }

  async commit<const A extends readonly Act[]>(acts: A): Promise<Committed<A>> {
    const ended = new EndsOfCommit(acts.length);
    let outcomes: unknown;
    let begun = false;
    try {
      this.#begin.run();
      begun = true;
      outcomes = this.#run(commitSteps(acts, ended), ended);
    } catch (error) {
      // A transaction that was open before is not ours to end.
      if (begun) this.#rollBack();
      throw Object.assign(error as Error, { nothingWritten: true });
    }
    try {
      this.#commit.run();
    } catch (error) {
      this.#rollBack();
      throw error;
    }
    const { ends, position } = ended;
    return { outcomes: outcomes as Committed<A>["outcomes"], ends, position };
  }

  async close(): Promise<void> {
    this.#prepared.clear();
    if (this.#ownsDatabase) this.#database.close();
  }

  #run<T>(steps: Steps<T>, ended?: EndsOfCommit): T {
    let step = steps.next();
    while (!step.done) {
      const result = this.#execute(step.value);
      ended?.note(step.value, result);
      step = steps.next(result);
    }
    return step.value;
  }

  #execute(call: Call): Result {
    const { statement, parameters, returnsRows } = this.#prepare(call);
    const values = bind(parameters, call);
    if (returnsRows) {
      const rows = statement.all(...values);
      return { rows, changes: rows.length };
    }
    return { rows: [], changes: Number(statement.run(...values).changes) };
  }

  #prepare(call: Call): Prepared {
    const { name } = call.statement;
    const known = this.#prepared.get(name);
    if (known) return known;
    const { sql, parameters, query } = call.statement.build(this.#kysely, this.#flavour).compile();
    const returnsRows = query.kind === "SelectQueryNode" || /\breturning\b/.test(sql);
    const prepared = { statement: this.#database.prepare(sql), parameters, returnsRows };
    this.#prepared.set(name, prepared);
    return prepared;
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // A failed COMMIT may have rolled back by itself; the first error is the one to report.
    }
  }
}
