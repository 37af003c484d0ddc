/**
 * The settings under which a transaction commits, whatever the defaults of role and database are,
 * and how its durability is heard.
 */
import type { Durability } from "./open.ts";
import type { PostgresClient } from "./pool.ts";

const lockTimeout = "5s";

/**
 * How long a transaction may wait for its client. An instance that stands still in the middle of one
 * keeps the rows of its users locked, and with them the ends of these users at all others.
 */
const idleTimeout = "2s";

/** Begins a transaction of many statements. */
export function beginBlock(durability: Durability): string {
  return (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; " +
    `SET LOCAL synchronous_commit = ${durability}; ` +
    `SET LOCAL lock_timeout = '${lockTimeout}'; SET LOCAL statement_timeout = '8s'; ` +
    `SET LOCAL idle_in_transaction_session_timeout = '${idleTimeout}'`
  );
}

/**
 * Makes a statement that gives rows a transaction by itself, in one round trip. What holds until its
 * commit is set before its first row is locked: the condition depends on no row, and comes first.
 */
export function aloneUnder(durability: Durability): (text: string) => string {
  const set =
    `set_config('synchronous_commit', '${durability}', true) ` +
    `|| set_config('lock_timeout', '${lockTimeout}', true)`;
  return (text) => `with act as (${text}) select * from act where (select ${set}) <> ''`;
}

/**
 * Runs what commits. A commit that a standby should have confirmed, and whose waiting was broken
 * off, is reported as a success with a warning: it is not durable, and may be lost with the primary.
 */
export async function durably<T>(client: PostgresClient, commit: () => Promise<T>): Promise<T> {
  let warning: string | null = null;
  const listener = (notice: unknown): void => {
    const { code, message } = notice as { readonly code?: string; readonly message?: string };
    if (code === "01000") warning = message ?? "warning 01000";
  };
  client.on("notice", listener);
  let result: T;
  try {
    result = await commit();
  } finally {
    client.removeListener("notice", listener);
  }
  if (warning !== null) throw new Error(`The commit is not durable: ${String(warning)}`);
  return result;
}

/** Deadlocks and lost serialisations. */
const tryAgain: ReadonlySet<unknown> = new Set(["40P01", "40001"]);

/** Whether the server has undone everything, and it may be tried again. */
export function mayTryAgain(error: unknown): boolean {
  return tryAgain.has((error as { readonly code?: unknown }).code);
}

/**
 * Values that it does not take, broken rules, names that it does not know, a lock that was not to
 * be had, a cancelled statement: the server says so before it commits, and undoes everything.
 * Whatever else may have come between the commit and its answer.
 */
const beforeCommit = /^(?:22...|23...|42...|40P01|40001|55P03|57014)$/;

/** Whether a statement that is a transaction by itself has certainly written nothing. */
export function hasUndone(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && beforeCommit.test(code);
}
