/**
 * What a scan saw, and nothing that it thinks of it: plain JSON, without secrets, so that it can be
 * saved, read by people, and judged again without a browser.
 *
 * Each part is written by the collector of its name. A part that is missing has a reason in `gaps`.
 */

import type {
  Idle,
  LogoutAnswers,
  LogoutWays,
  OthersEnded,
  RateLimit,
  Refresh,
  SlowRequest,
} from "./facts/acts.ts";
import type { Exchange, Shot, Step } from "./facts/common.ts";
import type { Departure } from "./facts/departure.ts";
import type { Survey } from "./facts/survey.ts";

export type * from "./facts/acts.ts";
export type * from "./facts/common.ts";
export type * from "./facts/departure.ts";
export type * from "./facts/survey.ts";

/** The parts, by collector. */
export interface Collected {
  readonly survey?: Survey;
  readonly departure?: Departure;
  readonly ways?: LogoutWays;
  readonly answers?: LogoutAnswers;
  readonly refresh?: Refresh;
  readonly slowRequest?: SlowRequest;
  readonly rateLimit?: RateLimit;
  readonly logoutAll?: OthersEnded;
  readonly passwordChange?: OthersEnded;
  readonly idle?: Idle;
}

export type CollectorName = keyof Collected;

/** Why a part is missing. */
export interface Gap {
  readonly reason: string;
  /** True when the application has no such thing, or nobody asked: no audit can be expected. */
  readonly notApplicable: boolean;
}

export interface Artifacts {
  readonly schema: "endsession-scan-artifacts/1";
  readonly target: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly took: number;
  readonly scanner: string;
  readonly browser: string;
  /** The framework that the answers look like, for the fix prompts. */
  readonly framework: string;
  readonly logins: number;
  readonly warnings: readonly string[];
  readonly collected: Collected;
  readonly gaps: Partial<Record<CollectorName, Gap>>;
  readonly exchanges: Readonly<Record<string, Exchange>>;
  readonly steps: readonly Step[];
  readonly shots: readonly Shot[];
}
