import type { Header } from "../artifacts.ts";

/** A request of the doctor's: never with a credential. */
export interface Question {
  readonly url: string;
  /** Default: GET. */
  readonly method?: string;
  readonly headers?: readonly Header[];
  readonly body?: string;
}
