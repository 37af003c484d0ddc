/** The settings of answering from memory. */
import { EndSessionError } from "../errors.ts";

/** How an instance may answer from memory. */
export interface LeaseOptions {
  /**
   * B: how long an instance may answer from memory after its last poll of the feed, in
   * milliseconds, 200 to 60000 (default 2000). A dead instance delays ends by at most this.
   */
  readonly bound?: number;
  /** How many credentials an instance remembers (default 100000, 40 to 90 MB). */
  readonly size?: number;
}

/** The settings of answering from memory. */
export interface LiveOptions {
  /**
   * `strict` (default): a 2xx to an end is given when no instance accepts the session any more.
   * `bounded`: it is given at the commit, and every instance follows within B.
   */
  readonly consistency?: "strict" | "bounded";
  /** How to answer from memory, or `none`: every check asks the store (for short-lived functions). */
  readonly lease?: LeaseOptions | "none";
}

/** {@link LiveOptions} with defaults. */
export interface LiveSettings {
  readonly mode: "strict" | "bounded";
  /** B in milliseconds. */
  readonly bound: number;
  /** Whether this instance answers from memory at all. */
  readonly remember: boolean;
  readonly most: number;
}

/** Fills in the defaults. Throws `ERR_SETTING_INVALID`, naming the setting. */
export function liveSettingsOf({ consistency = "strict", lease = {} }: LiveOptions): LiveSettings {
  if (consistency !== "strict" && consistency !== "bounded") {
    throw invalid(`"consistency" is ${JSON.stringify(consistency)}; give "strict" or "bounded"`);
  }
  const { bound = 2000, size = 100_000 } = lease === "none" ? {} : lease;
  if (!(bound >= 200 && bound <= 60_000)) {
    throw invalid(`"lease.bound" is ${bound}; give milliseconds from 200 to 60000`);
  }
  if (!Number.isInteger(size) || size < 1000) {
    throw invalid(`"lease.size" is ${size}; give a whole number of at least 1000`);
  }
  return { mode: consistency, bound, remember: lease !== "none", most: size };
}

function invalid(sentence: string): EndSessionError {
  return new EndSessionError("ERR_SETTING_INVALID", `The setting ${sentence}.`);
}
