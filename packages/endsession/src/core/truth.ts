/**
 * The way of every operation to the store: reads and commits of one turn of the event loop go
 * together, what has ended is forgotten at once, and whatever fails fails closed.
 */
import type { Act, OutcomeOf } from "./acts.ts";
import type { Timers } from "./clock.ts";
import { EndSessionError } from "./errors.ts";
import type { Live } from "./live/live.ts";
import type { SessionRecord } from "./session.ts";
import type { Answers, CredentialKey, Query, Store } from "./store.ts";
import { gather } from "./turn.ts";
import type { Consistency } from "../protocol/receipt.ts";

type Outcomes<A extends readonly Act[]> = { [I in keyof A]: OutcomeOf<A[I]> };

/** What operations ask and tell. Rejects with `ERR_STORE_UNAVAILABLE` when it cannot be said. */
export interface Truth {
  /** Finds one session, dead or alive. */
  find(key: CredentialKey): Promise<SessionRecord | undefined>;
  /** Commits acts in one durable transaction, and waits until what they end is over everywhere. */
  commit<const A extends readonly Act[]>(acts: A): Promise<Outcomes<A>>;
  /** The same, and tells how the end became known everywhere. */
  end<const A extends readonly Act[]>(
    acts: A,
  ): Promise<{ readonly outcomes: Outcomes<A>; readonly consistency: Consistency }>;
  /** Answers a query. */
  query<Q extends Query>(query: Q): Promise<Answers[Q["kind"]]>;
}

/** How many keys one statement looks up. */
const keysTogether = 512;
/** How many calls share one transaction. */
const callsTogether = 256;

type Ended = { readonly outcomes: readonly unknown[]; readonly consistency: Consistency };
/** What became of one call of a transaction, once it is over everywhere. */
type Outcome = () => Promise<Ended>;

/** Opens the way to a store. */
export function openTruth(store: Store, live: Live, timers: Timers): Truth {
  // Who asks for the same in the same turn shares the answer; nobody joins a lookup under way,
  // which may have begun before an end.
  let asked = new Map<string, Promise<SessionRecord | undefined>>();
  const lookUp = gather<CredentialKey, SessionRecord | undefined>(timers, keysTogether, (keys) => {
    asked = new Map();
    return findAll(store, live, keys);
  });
  const find = (key: CredentialKey): Promise<SessionRecord | undefined> => {
    // No database holds such a text, and some refuse the whole question with it.
    if (Object.values(key).some((text) => /[\0\p{Cs}]/u.test(text)))
      return Promise.resolve(undefined);
    const name = JSON.stringify(key);
    const found = asked.get(name) ?? lookUp(key).catch(lost);
    asked.set(name, found);
    return found;
  };
  const commit = gather<readonly Act[], Outcome>(timers, callsTogether, (calls) =>
    commitTogether(store, live, calls),
  );
  const end = async (acts: readonly Act[]): Promise<Ended> => {
    if (acts.length === 0) return { outcomes: [], consistency: live.consistency(0) };
    return (await commit(acts))();
  };
  return {
    find,
    end: end as Truth["end"],
    commit: (async (acts: readonly Act[]) => (await end(acts)).outcomes) as Truth["commit"],
    async query(query) {
      try {
        return await store.query(query);
      } catch (error) {
        return lost(error);
      }
    },
  };
}

/** One statement for all keys; what is found may be remembered unless it ends meanwhile (rule 5). */
async function findAll(
  store: Store,
  { memory }: Live,
  keys: readonly CredentialKey[],
): Promise<readonly (SessionRecord | undefined)[]> {
  const flight = memory.begin();
  let records: readonly (SessionRecord | undefined)[] = [];
  try {
    records = await store.find(keys);
  } finally {
    memory.land(flight, records);
  }
  return records;
}

/**
 * One transaction for all calls. When that fails and certainly wrote nothing, each call gets one
 * of its own, so that none fails or waits for another's sake. Only who has ended something waits
 * for it.
 */
async function commitTogether(
  store: Store,
  live: Live,
  calls: readonly (readonly Act[])[],
): Promise<readonly Outcome[]> {
  try {
    const { outcomes, ends, position } = await store.commit(calls.flat());
    const all = ends.flat();
    live.apply(all);
    const settled = position === null ? null : live.settle(position, all);
    let from = 0;
    return calls.map((acts) => {
      const mine = from;
      from += acts.length;
      const own = outcomes.slice(mine, from);
      const ended =
        ends.slice(mine, from).some((some) => some.length > 0) || own.some(foundItEnded);
      return async () => ({
        outcomes: own,
        consistency: ended && settled ? await settled : live.consistency(0),
      });
    });
  } catch (error) {
    if (calls.length > 1 && wroteNothing(error)) {
      return calls.map((acts) => {
        const alone = commitTogether(store, live, [acts]);
        return async () => outcomeOf(await alone);
      });
    }
    if (!wroteNothing(error)) live.doubt();
    return calls.map(() => async () => lost(error));
  }
}

/** What became of a call that had a transaction of its own. */
function outcomeOf([outcome]: readonly Outcome[]): Promise<Ended> {
  if (!outcome) throw new Error("A transaction of one call has given no outcome.");
  return outcome();
}

/** An earlier end may be under way still: its sender was perhaps not answered yet. */
function foundItEnded(outcome: OutcomeOf<Act>): boolean {
  return "outcome" in outcome && outcome.outcome === "already";
}

function wroteNothing(error: unknown): boolean {
  return error instanceof Error && "nothingWritten" in error && error.nothingWritten === true;
}

/**
 * The caller cannot know what was written, and must neither claim success nor forget the
 * credential that the retry needs (P1).
 */
function lost(cause: unknown): never {
  throw new EndSessionError(
    "ERR_STORE_UNAVAILABLE",
    "The session store did not answer, or could not say that the write is durable. Try again.",
    { cause },
  );
}
