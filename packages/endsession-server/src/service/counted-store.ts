/** A store that counts what goes through it: nothing ends and nothing is looked up elsewhere. */
import type { Store } from "endsession";
import type { Counter } from "./metrics.ts";

/** The counters. */
export interface StoreCounters {
  /** Committed ends, by `reason` and by `scope`: a session, or all of a user, tenant or everybody. */
  readonly ends: Counter;
  /** Sessions that were looked up, since memory could not answer. */
  readonly lookups: Counter;
  /** Questions and commits that failed. */
  readonly failures: Counter;
}

/** Counts the calls of a store. */
export function countedStore(store: Store, { ends, lookups, failures }: StoreCounters): Store {
  const noting = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      failures.add();
      throw error;
    }
  };
  return {
    ...(store.feed ? { feed: store.feed } : {}),
    find(keys) {
      lookups.add({}, keys.length);
      return noting(() => store.find(keys));
    },
    async commit(acts) {
      const committed = await noting(() => store.commit(acts));
      for (const { tenantId, userId, sessionId, reason } of committed.ends.flat()) {
        // Without a reason nothing has ended: a session that goes on is to be read anew.
        if (reason === null) continue;
        const scope = sessionId ? "session" : userId ? "user" : tenantId ? "tenant" : "everybody";
        ends.add({ scope, reason });
      }
      return committed;
    },
    query: (query) => noting(() => store.query(query)),
    close: () => store.close(),
  };
}
