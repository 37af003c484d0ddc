// @ts-check
/** Installations of the library as an application makes them, and credentials of their users. */
import { join } from "node:path";
import { createEndSession } from "endsession";
import { openDatabase, sqliteStore } from "endsession/sqlite";
import { dataFolder } from "../harness/machine.mjs";
import { growLog } from "./raw-commits.mjs";

/**
 * @typedef {import("endsession").EndSession} EndSession
 * @typedef {import("endsession").Credentials} Credentials
 * @typedef {import("endsession").Presented} Presented
 */

/** What a browser of the bench calls itself. */
export const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
export const facts = { address: "127.0.0.1", userAgent };

/**
 * Opens an installation on a store, by default one in memory: for what times no commit.
 * @param {Partial<import("endsession").EndSessionOptions>} [options]
 * @returns {Promise<EndSession>}
 */
export async function install(options = {}) {
  // As behind a proxy that ends TLS.
  const origin = "https://app.example";
  return createEndSession({ origin, ...options, store: options.store ?? (await memoryStore()) });
}

/**
 * Opens an installation on a durable file, and gives the file as well.
 * @param {Partial<import("endsession").EndSessionOptions>} [options]
 */
export async function installOnFile(options = {}) {
  const database = await openDatabase(join(dataFolder(), "sessions.db"));
  growLog(database);
  return {
    database,
    endsession: await install({ ...options, store: await sqliteStore(database) }),
  };
}

/** A store in memory. */
export function memoryStore() {
  return sqliteStore(":memory:");
}

/**
 * Signs in `n` devices, five a user, each with a session cookie and tokens.
 * @param {EndSession} endsession
 * @param {number} n
 * @param {{ cookie?: boolean, tokens?: boolean, prefix?: string, progress?: (share: number) => void }} [options]
 * @returns {Promise<Credentials[]>}
 */
export async function signInMany(endsession, n, options = {}) {
  const { cookie = true, tokens = true, prefix = "user", progress } = options;
  /** @type {Credentials[]} */
  const all = [];
  // Some at a time, so that they share commits where the store can.
  const atOnce = 64;
  for (let from = 0; from < n; from += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, n - from) }, (_, index) =>
      endsession.sessions.start({
        userId: `${prefix}-${Math.floor((from + index) / 5)}`,
        cookie,
        ...(tokens && { tokens: { clientId: null } }),
        request: facts,
      }),
    );
    all.push(...(await Promise.all(some)));
    progress?.(all.length / n);
  }
  return all;
}

/** @param {Credentials} credentials @returns {Presented} */
export function cookieOf({ sessionToken }) {
  return { kind: "session_token", token: sessionToken ?? "" };
}

/** @param {Credentials} credentials @returns {Presented} */
export function tokenOf({ accessToken }) {
  return { kind: "access_token", token: accessToken ?? "" };
}

/**
 * The check that asks no store: gives the answer at once where memory can tell, else undefined.
 * @param {EndSession} endsession
 * @returns {(presented: Presented, options: { request: typeof facts }) => { outcome: string } | undefined}
 */
export function checkOf(endsession) {
  const { check } = /** @type {{ check?: any }} */ (/** @type {unknown} */ (endsession.sessions));
  if (typeof check === "function") return check;
  throw new Error("endsession.sessions.check does not exist yet: nothing is checked in memory");
}

/** Throws unless a check said what it must, so that nothing wrong is timed. @param {{ outcome: string } | undefined} answer @param {string} outcome */
export function expectOutcome(answer, outcome) {
  if (answer?.outcome === outcome) return;
  throw new Error(`a check said ${answer?.outcome ?? "nothing"} where ${outcome} was due`);
}
