/** What a first sign-in, spent on learning, taught. */
import type { AuthenticatingSet, CookieFact, Digest, ProbeFact } from "./common.ts";

/** What was learnt from a first sign-in that is spent on learning. */
export interface Survey {
  readonly landing: string;
  readonly probes: readonly ProbeFact[];
  readonly sets: readonly AuthenticatingSet[];
  /** Whether HTTP authentication (Basic, Digest) carries the identity. */
  readonly httpAuthentication: boolean;
  readonly cookies: readonly CookieFact[];
  /** Names of authenticating cookies whose value was the same before and after the sign-in. */
  readonly keptFromBefore: readonly { readonly name: string; readonly value: Digest }[];
  /** Whether anything was there before the sign-in that could have been kept. */
  readonly anonymousCookies: readonly string[];
  /** Authenticating or token-like values in the page's storage while signed in. */
  readonly tokensInStorage: readonly StoredToken[];
  /** Addresses that carried a secret, with what it was. */
  readonly secretsInUrls: readonly { readonly url: string; readonly what: string }[];
  /** Answers that held a credential, and whose. */
  readonly leaks: readonly Leak[];
  readonly twins: readonly Twin[];
  /** Answers with Clear-Site-Data outside logout. */
  readonly clearSiteData: readonly {
    readonly url: string;
    readonly value: string;
    readonly signedIn: boolean;
  }[];
  readonly cors: readonly {
    readonly probe: string;
    readonly origin: string;
    readonly allowed: boolean;
    readonly exchange: string;
  }[];
  readonly errors: readonly ProvokedError[];
  /** A page or API that lists the sessions or devices of the account, if one was found. */
  readonly deviceList: string | null;
  /** The control that ends all sessions, in words, or `null` when none was found. */
  readonly logoutAll: string | null;
  /** True when the configuration says that the application has no such control. */
  readonly logoutAllDenied?: boolean;
  /** How many pages were looked through for the two above. */
  readonly pagesSearched: number;
  /** Pages that announce a prefetch or prerender of the logout address. */
  readonly prefetchesLogout: readonly { readonly page: string; readonly how: string }[];
}

export interface StoredToken {
  readonly store: "localStorage" | "sessionStorage";
  readonly key: string;
  readonly value: Digest;
  /** Whether it was seen to authenticate a request, or only looks like a token. */
  readonly authenticates: boolean;
}

export interface Leak {
  readonly url: string;
  readonly exchange: string | null;
  /** The cookie or header whose value was found. */
  readonly carrier: string;
  readonly own: boolean;
}

export interface Twin {
  readonly name: string;
  readonly cookies: readonly { readonly domain: string; readonly path: string }[];
  readonly when: "signed-in" | "after-logout";
}

export interface ProvokedError {
  readonly what: string;
  readonly exchange: string;
  /** The line that should not have been shown, or `null`. */
  readonly detail: string | null;
}
