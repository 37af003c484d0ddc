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
import { commitSteps, isOneStatement } from "../sql/acts/commit.ts";
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
import { aloneUnder, beginBlock, durably, hasUndone, mayTryAgain } from "./transaction.ts";

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

/** How often a commit is tried that meets others. */
const attempts = 4;

class PostgresStore implements Store {
  readonly feed: Feed & { close(): void };
  readonly #pool: PostgresPool;
  readonly #executor: Executor;
  readonly #begin: string;

  constructor(pool: PostgresPool, kysely: Kysely<Tables>, durability: Durability) {
    this.#pool = pool;
    this.#executor = new Executor(kysely, aloneUnder(durability));
    this.#begin = beginBlock(durability);
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
      // In a block it is READ COMMITTED for certain, and waits where others fail.
      const alone = attempt === 1 && isOneStatement(acts);
      try {
        const tried = await this.#withClient((client) =>
          alone
            ? this.#commitAlone(client, acts, progress)
            : this.#commitBlock(client, acts, progress),
        );
        if (!("missing" in tried)) return tried as Committed<A>;
        // Each in a transaction of its own: two can never wait for each other.
        for (const { tenant, user } of tried.missing) await this.#read(makeUser(tenant, user));
      } catch (error) {
        if (mayTryAgain(error) && attempt < attempts) continue;
        if (progress.committing && !(alone && hasUndone(error))) throw error;
        throw Object.assign(error as Error, { nothingWritten: true });
      }
    }
  }

  async close(): Promise<void> {
    this.feed.close();
    this.#pool.removeListener("error", ignore);
  }

  /** What conflicts by itself with the end of its session needs neither locks nor a block. */
  async #commitAlone(
    client: PostgresClient,
    acts: readonly Act[],
    progress: { committing: boolean },
  ): Promise<Committed<readonly Act[]>> {
    const ended = new EndsOfCommit(acts.length);
    progress.committing = true;
    const outcomes = await durably(client, () =>
      this.#executor.runAlone(client, commitSteps(acts, ended)),
    );
    return { outcomes, ends: ended.ends, position: null } as unknown as Committed<readonly Act[]>;
  }

  async #commitBlock(
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
    await durably(client, () => client.query({ text: "COMMIT" }));
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
