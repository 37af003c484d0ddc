/** The door to time. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}
