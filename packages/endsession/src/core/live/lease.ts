/**
 * The lease: how long an instance may answer from memory. It is asked at every use, of clocks read
 * now (rule 4), so that a process that was stopped finds it over when it goes on.
 */
import type { Clock } from "../clock.ts";

/**
 * How far the two clocks may drift apart within a lease, in milliseconds. The monotonic clock of a
 * suspended machine stands still; the wall clock then jumps, and that ends the lease.
 */
const tolerance = 10;

/** A moment on both clocks. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** The lease of one instance. */
export class Lease {
  readonly #clock: Clock;
  #until = Number.NEGATIVE_INFINITY;
  #offset = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The present, to be given to {@link extend} once what was asked at this moment is applied. */
  moment(): Moment {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  /** From when the poll was sent, not from when its answer came. */
  extend({ monotonic, wall }: Moment, bound: number): void {
    this.#until = monotonic + bound;
    this.#offset = wall - monotonic;
  }

  /** Ends it now. */
  end(): void {
    this.#until = Number.NEGATIVE_INFINITY;
  }

  /** Whether memory may be believed at this very moment. `wall` is the wall clock, read just now. */
  holds(wall: number): boolean {
    const monotonic = this.#clock.monotonic();
    return monotonic < this.#until && Math.abs(wall - monotonic - this.#offset) <= tolerance;
  }
}
