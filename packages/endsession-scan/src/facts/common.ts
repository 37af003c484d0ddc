/** What all parts of the artifacts are made of. */

/** A secret as it may be shown: the beginning of its SHA-256, the same for the same value. */
export type Digest = `sha256:${string}`;

/** One request and its answer, secrets cut. */
export interface Exchange {
  readonly id: string;
  /** Milliseconds since the scan began. */
  readonly at: number;
  /** Who asked: `A`, `B`, another device's letter, `replay` or `anonymous`. */
  readonly by: string;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: readonly Header[];
  readonly requestBody?: string;
  /** 0 when no answer came: `error` says why. */
  readonly status: number;
  readonly headers: readonly Header[];
  /** The first characters of the body. */
  readonly body?: string;
  /** How long the answer took, in milliseconds. */
  readonly took: number;
  readonly error?: string;
}

export type Header = readonly [name: string, value: string];

/** A step that a person would tell, for the timeline and the sequence diagram. */
export interface Step {
  readonly at: number;
  readonly by: string;
  /** For example "signs in", "clicks “Log out”", "is refused". */
  readonly what: string;
  readonly exchange?: string;
  /** How it went, for the colour of its arrow. */
  readonly tone?: "good" | "bad";
}

/** A picture of a page, PNG in base64. */
export interface Shot {
  readonly name: "signed-in" | "logout-control" | "after-logout" | "after-back" | "other-tab";
  readonly title: string;
  readonly png: string;
}

/** A cookie as the browser holds it. */
export interface CookieFact {
  readonly name: string;
  readonly value: Digest | "";
  readonly length: number;
  readonly domain: string;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** `null` where the server said nothing and the browser took its default. */
  readonly sameSite: "Strict" | "Lax" | "None" | null;
  /** Days until it expires, seen from when it was set; `null` for a session cookie. */
  readonly days: number | null;
  readonly authenticates: boolean;
}

/** What judged an answer: the private content came, did not come, or neither can be said. */
export type Reception = "accepted" | "refused" | "unclear";

export interface ProbeFact {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly kind: "page" | "api" | "rendered";
  /** How signed in and anonymous differ, in a sentence. */
  readonly difference: string;
  /** Exchanges: one signed in, one anonymous. */
  readonly signedIn: string;
  readonly anonymous: string;
  /** The Cache-Control header of the signed-in answer, or `null`. */
  readonly cacheControl: string | null;
}

/** One thing that carries identity: a cookie or a request header. */
export interface Carrier {
  readonly kind: "cookie" | "header";
  readonly name: string;
}

/** A smallest set that is accepted by itself. */
export interface AuthenticatingSet {
  readonly carriers: readonly Carrier[];
  /** A remember-me token: a lasting cookie that gets a new session by itself. */
  readonly rememberMe: boolean;
  readonly probe: string;
}
