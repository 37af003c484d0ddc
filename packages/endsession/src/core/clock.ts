/** The door to time. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Milliseconds from any point; never set back, whatever happens to the wall clock. */
  monotonic(): number;
}

/** The door to waiting. Nothing that waits here keeps a process alive. */
export interface Timers {
  /** Calls once after so many milliseconds; gives what calls it off. */
  after(milliseconds: number, call: () => void): () => void;
  /** Calls at the end of this turn of the event loop. */
  soon(call: () => void): void;
}
