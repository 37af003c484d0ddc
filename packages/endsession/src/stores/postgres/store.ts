/**
 * The store for several instances: PostgreSQL 13 or newer, its primary. Acts run in READ COMMITTED
 * and meet at the locked rows of their users; a commit counts only when it is durable, whatever
 * the defaults of role and database are.
 */
import { Kysely, PostgresDialect, type PostgresPool as KyselyPool } from "kysely";
import type { Act } from "../../core/acts.ts";
import type { Feed } from "../../core/feed.ts";
import type { SessionRecord } from "../../core/session.ts";
import type { Answers, Committed, CredentialKey, Query, Store } from "../../core/store.ts";
import { makeUser } from "../sql/acts/epoch.ts";
import { commitSteps } from "../sql/acts/commit.ts";
import { EndsOfCommit } from "../sql/ends.ts";
import { findSessions } from "../sql/queries/find-sessions.ts";
import { querySteps } from "../sql/queries/index.ts";
import type { Tables } from "../sql/schema.ts";
import type { Steps } from "../sql/statement.ts";
import { withConnection } from "./connection.ts";
import { Executor } from "./executor.ts";
import { PostgresFeed } from "./feed.ts";
import { lockUsers, type MissingUser } from "./lock-users.ts";
import { type Durability, openServer } from "./open.ts";
import type { PostgresClient, PostgresPool } from "./pool.ts";

/**
 * A store in PostgreSQL. Creates and migrates its tables. The pool is the application's: it is
 * not closed with the store. Throws `ERR_SETTING_INVALID` for a server that cannot be used and
 * `ERR_STORE_NEWER` for tables of a newer version.
 *
 * ```ts
 * const store = await postgresStore(new pg.Pool({ connectionString }));
 * ```
 */
export async function postgresStore(pool: PostgresPool): Promise<Store> {
  pool.on("error", ignore);
  const kysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: pool as unknown as KyselyPool }),
  });
  const durability = await openServer(pool, kysely);
  return new PostgresStore(pool, kysely, durability);
}

/** An idle connection that breaks is replaced at need; unheard, it would end the process. */
function ignore(): void {}

/** Deadlocks and lost serialisations: the server has undone everything, and it may be tried again. */
const tryAgain: ReadonlySet<unknown> = new Set(["40P01", "40001"]);
const attempts = 4;

class PostgresStore implements Store {
  readonly feed: Feed & { close(): void };
  readonly #pool: PostgresPool;
  readonly #executor: Executor;
  readonly #begin: string;

  constructor(pool: PostgresPool, kysely: Kysely<Tables>, durability: Durability) {
    this.#pool = pool;
    this.#executor = new Executor(kysely);
    this.#begin =
      "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; " +
      `SET LOCAL synchronous_commit = ${durability}; ` +
      "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '8s'";
    this.feed = new PostgresFeed(pool);
  }

  find(keys: readonly CredentialKey[]): Promise<readonly (SessionRecord | undefined)[]> {
    return this.#read(findSessions(keys));
  }

  query<Q extends Query>(query: Q): Promise<Answers[Q["kind"]]> {
    return this.#read(querySteps(query));
  }

  async commit<const A extends readonly Act[]>(acts: A): Promise<Committed<A>> {
    for (let attempt = 1; ; attempt += 1) {
      const progress = { committing: false };
      try {
        const missing = await this.#withClient((client) => this.#try(client, acts, progress));
        if (!("missing" in missing)) return missing as Committed<A>;
        // Each in a transaction of its own: two can never wait for each other.
        for (const { tenant, user } of missing.missing) await this.#read(makeUser(tenant, user));
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (tryAgain.has(code) && attempt < attempts) continue;
        if (progress.committing) throw error;
        throw Object.assign(error as Error, { nothingWritten: true });
      }
    }
  }

  async close(): Promise<void> {
    this.feed.close();
    this.#pool.removeListener("error", ignore);
  }

  async #try(
    client: PostgresClient,
    acts: readonly Act[],
    progress: { committing: boolean },
  ): Promise<Committed<readonly Act[]> | { readonly missing: readonly MissingUser[] }> {
    await client.query({ text: this.#begin });
    const missing = await this.#executor.run(client, lockUsers(acts));
    if (missing.length > 0) {
      await client.query({ text: "ROLLBACK" });
      return { missing };
    }
    const ended = new EndsOfCommit(acts.length);
    const outcomes = await this.#executor.run(client, commitSteps(acts, ended), ended);
    progress.committing = true;
    await commitDurably(client);
    const { ends, position } = ended;
    return { outcomes, ends, position } as unknown as Committed<readonly Act[]>;
  }

  #read<T>(steps: Steps<T>): Promise<T> {
    return this.#withClient((client) => this.#executor.run(client, steps));
  }

  #withClient<T>(work: (client: PostgresClient) => Promise<T>): Promise<T> {
    return withConnection(this.#pool, work);
  }
}

/**
 * A commit that a standby should have confirmed, and whose waiting was broken off, is reported as a
 * success with a warning: it is not durable, and may be lost with the primary.
 */
async function commitDurably(client: PostgresClient): Promise<void> {
  let warning: string | null = null;
  const listener = (notice: unknown): void => {
    const { code, message } = notice as { readonly code?: string; readonly message?: string };
    if (code === "01000") warning = message ?? "warning 01000";
  };
  client.on("notice", listener);
  try {
    await client.query({ text: "COMMIT" });
  } finally {
    client.removeListener("notice", listener);
  }
  if (warning !== null) throw new Error(`The commit is not durable: ${String(warning)}`);
}
