/** What every operation is given: the doors to the world and the settings. */
import type { Clock } from "./clock.ts";
import type { Crypto } from "./crypto.ts";
import { EndSessionError } from "./errors.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Logger } from "./logger.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

/** Handed to each operation as its first argument. */
export interface Context {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly logger: Logger;
  readonly settings: Settings;
}

/**
 * A store whose every failure is an `ERR_STORE_UNAVAILABLE`: the caller cannot know what was
 * written, and must neither claim success nor forget the credential that the retry needs (P1).
 */
export function failingClosed(store: Store): Store {
  return {
    // Async, so that a store that throws instead of rejecting fails closed as well.
    find: async (keys) => store.find(keys).catch(unavailable),
    commit: async (acts) => store.commit(acts).catch(unavailable),
    query: async (query) => store.query(query).catch(unavailable),
    close: () => store.close(),
  };
}

function unavailable(cause: unknown): never {
  throw new EndSessionError(
    "ERR_STORE_UNAVAILABLE",
    "The session store did not answer, or could not say that the write is durable. Try again.",
    { cause },
  );
}
