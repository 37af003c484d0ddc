/**
 * The door to something fast that instances share, such as Redis. Nothing depends on it but speed:
 * with it lost, ends are as durable and as immediate as before, and only slower.
 */
import type { End, Listener } from "./feed.ts";

/** What verifiers in other languages are told: an end, or the `jti` of a single access token. */
export type Denied = {
  /** Access tokens of before live until this moment, in milliseconds since 1970. */
  readonly until: number;
} & ({ readonly end: End } | { readonly tokenId: string });

/** What instances share. Its methods never reject, and wait for nothing that may not come. */
export interface Accelerator {
  /** Whether it answers right now. */
  ready(): boolean;
  /**
   * Tells the other instances that there are ends to read, and which, unless they are too many.
   * `proof` is base64url, or empty, and goes with the ends.
   */
  wake(id: string, ends: readonly End[], proof: string): void;
  /** Tells the other instances what this one has applied. */
  acknowledge(id: string, applied: string): void;
  /** Listens from now on. */
  listen(listener: Listener): void;
  /** Tells verifiers that ask no store; resolves when told, or soon without. */
  deny(denied: readonly Denied[]): Promise<void>;
  /** A counter of requests that all instances share. */
  limiter(options: LimiterOptions): Limiter;
}

/** The settings of a counter. */
export interface LimiterOptions {
  /** How many requests. */
  readonly points: number;
  /** In how many seconds. */
  readonly duration: number;
  /** Counts while the shared counter does not answer. */
  readonly insurance: Limiter;
}

/** A counter of requests, as the package `rate-limiter-flexible` makes them. */
export interface Limiter {
  /** Counts; rejects with the state beyond the limit. */
  consume(key: string): Promise<LimiterState>;
  get(key: string): Promise<LimiterState | null>;
}

/** Where a key stands. */
export interface LimiterState {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}
