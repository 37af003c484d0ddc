/** What was seen of a logout on one of two devices. */
import type { Carrier, CookieFact, Digest, Reception } from "./common.ts";
import type { Leak, Twin } from "./survey.ts";

/** One asking of a captured set after the act. */
export interface Replay {
  /** Milliseconds since the answer to the logout had arrived when this request was sent. */
  readonly after: number;
  readonly probe: string;
  readonly set: "everything" | "minimal" | "earlier values";
  readonly carriers: readonly Carrier[];
  readonly rememberMe: boolean;
  /** Which of several earlier values it was. */
  readonly value?: Digest;
  readonly reception: Reception;
  readonly exchange: string;
}

/** What was replayed after an act, with the positive controls from just before it. */
export interface Replays {
  readonly controls: readonly Replay[];
  readonly replays: readonly Replay[];
  /** Parallel connections at once: how they were received, by probe. */
  readonly parallel: readonly {
    readonly probe: string;
    readonly after: number;
    readonly accepted: number;
    readonly refused: number;
    readonly unclear: number;
    readonly exchange: string;
  }[];
}

/** How the act of signing out went in the browser. */
export interface SignOutFact {
  readonly how: string;
  /** The request that signs out, as far as one was seen. */
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly exchange: string | null;
    /** Whether the address or the body carries what looks like a CSRF token. */
    readonly token: boolean;
  } | null;
  readonly status: number | null;
  /** Whether the browser is signed out now: asked with what the browser still holds. */
  readonly browser: Reception;
  /** Why it is believed that the application's sign-out was really done, or why not. */
  readonly certain: boolean;
}

/** Two devices, a logout on one of them, and everything that was seen after it. */
export interface Departure {
  readonly signOut: SignOutFact;
  readonly replays: Replays;
  readonly otherDevice: {
    /** Whether A was still signed in when B had signed in. */
    readonly bothSignedIn: boolean;
    readonly after: Reception;
    readonly exchange: string;
  };
  readonly cookiesAfter: readonly CookieFact[];
  readonly cookiesKept: readonly CookieFact[];
  readonly twins: readonly Twin[];
  /** The Set-Cookie headers of the logout's answer, values cut. */
  readonly setCookies: readonly string[];
  readonly clearSiteData: string | null;
  readonly back: {
    readonly shown: boolean;
    /** How the page came back. */
    readonly from: "back/forward cache" | "HTTP cache" | "server" | "nowhere";
    readonly text: string | null;
  } | null;
  readonly otherTab: {
    readonly stays: boolean;
    readonly text: string | null;
    /** Credentials that came back into the browser after the logout, and work. */
    readonly reinstalled: readonly string[];
  } | null;
  readonly left: readonly LeftItem[];
  /** Private answers on this device that held a credential of the other one. */
  readonly leaks: readonly Leak[];
  readonly serviceWorker: {
    readonly registered: boolean;
    readonly servesPrivate: boolean;
    readonly url: string | null;
  } | null;
  readonly channels: readonly ChannelFact[];
  /** What opening the application again led to. */
  readonly signsBackIn: {
    readonly signedIn: boolean;
    readonly how: string;
    readonly through: string | null;
  } | null;
}

export interface LeftItem {
  readonly store: "localStorage" | "sessionStorage" | "IndexedDB" | "Cache Storage";
  readonly key: string;
  /** What in it is the user's: "the e-mail address", "an access token". */
  readonly what: string;
}

export interface ChannelFact {
  readonly kind: "WebSocket" | "SSE";
  readonly url: string;
  /** Whether an anonymous client gets the channel too: then it is no private one. */
  readonly anonymous: boolean;
  /** Milliseconds after the logout's answer; `null` while it stayed open. */
  readonly closedAfter: number | null;
  /** How many messages came after the logout's answer. */
  readonly messagesAfter: number;
  /** Milliseconds. */
  readonly watchedFor: number;
}
