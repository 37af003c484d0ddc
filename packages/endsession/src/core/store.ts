/**
 * The door to the truth. An act is a value: plain data that says what is to be done and on what
 * condition. A store commits acts durably and says what became of each. Nothing is ever written
 * back wholesale, so a request that began before an end cannot undo it.
 */
import type { Act, Mark, OutcomeOf, SigningKeyRecord } from "./acts.ts";
import type { AuditEntry } from "./audit.ts";
import type { End, Feed } from "./feed.ts";
import type { SeriesRecord } from "./series.ts";
import type { SessionRecord } from "./session.ts";

/** What a session can be found by. A key of one tenant finds nothing of another. */
export type CredentialKey = { readonly tenantId: string } & (
  | { readonly by: "token"; readonly tokenHash: string }
  | { readonly by: "id"; readonly sessionId: string }
  | { readonly by: "family"; readonly familyId: string }
);

/** Reads that are on no request's hot path. */
export type Query =
  | { readonly kind: "mark" }
  | { readonly kind: "sessions_of"; readonly tenantId: string; readonly userId: string }
  | {
      readonly kind: "audit";
      readonly tenantId: string;
      /** Only this user's records. */
      readonly userId: string | null;
      /** Only records before this one, for paging. */
      readonly before: string | null;
      readonly limit: number;
    }
  | {
      readonly kind: "ends_since";
      /** Ends from this moment on, in milliseconds since 1970. */
      readonly at: number;
      /** Only those behind this one, for paging. */
      readonly after: string | null;
      readonly limit: number;
    }
  | { readonly kind: "signing_keys" }
  | { readonly kind: "series"; readonly tenantId: string; readonly selector: string };

/** The answer to each kind of {@link Query}. */
export interface Answers {
  mark: Mark;
  /** All sessions that have not been ended one by one, newest activity first. */
  sessions_of: readonly SessionRecord[];
  /** Newest first. */
  audit: readonly AuditEntry[];
  /** In the order in which they were written. */
  ends_since: readonly (End & { readonly place: string })[];
  /** The keys, the one that signs first, and the installation's epoch that they belong to. */
  signing_keys: { readonly keys: readonly SigningKeyRecord[]; readonly installationEpoch: number };
  /** One remembered device; null where the tenant has no such series. */
  series: SeriesRecord | null;
}

/** What a durable commit came to. */
export interface Committed<A extends readonly Act[]> {
  /** The outcome of each act, in their order. */
  readonly outcomes: { [I in keyof A]: OutcomeOf<A[I]> };
  /** What each act has ended or changed, as every other instance will read it from the feed. */
  readonly ends: readonly (readonly End[])[];
  /**
   * Where the ends stand in the feed, or, for an act that found everything ended already, a place
   * behind those earlier ends; null when nobody need wait for anything.
   */
  readonly position: Mark | null;
}

/**
 * A store. Every method rejects when the store cannot be asked or cannot say that a write is
 * durable; it never answers with a guess. `storeContract` in `endsession/testing` tests one.
 */
export interface Store {
  /** Finds sessions, dead or alive, in the order of the keys; undefined where there is none. */
  find(keys: readonly CredentialKey[]): Promise<readonly (SessionRecord | undefined)[]>;
  /**
   * Commits all acts in one durable transaction. Each has its own outcome. An error that has
   * `nothingWritten: true` says for certain that the transaction was rolled back.
   */
  commit<const A extends readonly Act[]>(acts: A): Promise<Committed<A>>;
  /** Answers a query. */
  query<Q extends Query>(query: Q): Promise<Answers[Q["kind"]]>;
  /** How instances that answer from memory learn of ends. Without one, every check asks the store. */
  readonly feed?: Feed;
  /** Releases what the store holds open. */
  close(): Promise<void>;
}
