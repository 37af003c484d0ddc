/** What was seen of all further acts. */
import type { Reception } from "./common.ts";

/** Other ways to the logout address, each asked with a live session. */
export interface LogoutWays {
  readonly get: Way;
  readonly prefetch: Way;
  readonly crossSite: Way;
}

export interface Way {
  readonly tried: boolean;
  /** Why it was not tried, or what it was. */
  readonly how: string;
  readonly ended: boolean | null;
  readonly exchange: string | null;
  /** The address carried a token that a stranger does not know. */
  readonly token: boolean;
}

/** How the logout address answers to credentials of all kinds. */
export interface LogoutAnswers {
  readonly live: LogoutAnswer | null;
  readonly dead: LogoutAnswer | null;
  readonly random: LogoutAnswer | null;
  readonly none: LogoutAnswer | null;
  readonly bearer: boolean;
  readonly redirects: readonly {
    readonly parameter: string;
    readonly to: string;
    readonly followed: boolean;
    readonly exchange: string;
  }[];
}

export interface LogoutAnswer {
  readonly status: number;
  /** Path of the redirect, or `null`. */
  readonly location: string | null;
  /** Shape of the body: names of JSON members, or the kind of document; `unread` when it is not known. */
  readonly shape: string;
  readonly deletesCookies: boolean;
  readonly exchange: string;
}

/** The life of refresh tokens, where a refresh request was found. */
export interface Refresh {
  readonly found: string;
  readonly rotates: boolean;
  /** The first token again, twice at once: how many different successors worked. */
  readonly fork: { readonly successors: number; readonly working: number } | null;
  readonly reuse: { readonly accepted: boolean; readonly exchange: string } | null;
  readonly afterLogout: { readonly accepted: boolean; readonly exchange: string } | null;
}

export interface SlowRequest {
  readonly inFlight: number;
  /** Milliseconds. */
  readonly slowest: number;
  /** How the old set, and what late answers set, were received afterwards. */
  readonly after: Reception;
  readonly by: "old credentials" | "late Set-Cookie" | null;
  readonly exchange: string | null;
}

export interface RateLimit {
  readonly sent: number;
  readonly limitedAt: number | null;
  /** The logout of a live session once the limit was reached (or all were sent). */
  readonly logoutStatus: number;
  readonly sessionAfter: Reception;
  readonly exchange: string;
  readonly headers: readonly string[];
}

/** An act on device A that should end the others: who is signed in afterwards. */
export interface OthersEnded {
  readonly how: string;
  readonly done: boolean;
  readonly here: Reception;
  readonly there: Reception;
  readonly exchange: string;
}

export interface Idle {
  /** Seconds after which an idle session is said to end. */
  readonly announced: number;
  /** Seconds without a request. */
  readonly waited: number;
  readonly after: Reception;
  readonly exchange: string;
}
