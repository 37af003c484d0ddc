/** What every operation is given: the doors to the world and the settings. */
import type { Behind } from "./behind.ts";
import type { Clock, Timers } from "./clock.ts";
import type { Crypto } from "./crypto.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Logger } from "./logger.ts";
import type { Settings } from "./settings.ts";
import type { Live } from "./live/live.ts";
import type { Truth } from "./truth.ts";

/** Handed to each operation as its first argument. */
export interface Context {
  /** The way to the store. */
  readonly truth: Truth;
  /** What is remembered of it. */
  readonly live: Live;
  /** What no answer waits for. */
  readonly behind: Behind;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly crypto: Crypto;
  readonly logger: Logger;
  readonly settings: Settings;
}
