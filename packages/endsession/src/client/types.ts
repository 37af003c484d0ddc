/** What the browser client tells and takes. */
import type { Manifest } from "./manifest.ts";
import type { Transport } from "./transport.ts";

/**
 * Where the client stands. `signed-out-locally` is not `signed-out`: this device is locked and
 * cleared, but the server has not confirmed the end yet; the client goes on trying.
 */
export type Status = "loading" | "signed-in" | "signing-out" | "signed-out" | "signed-out-locally";

/** Why the client is signed out: its own logout, or the word of the server (see the API's 401). */
export type SignedOutReason =
  | "logged_out"
  | "revoked_elsewhere"
  | "expired_idle"
  | "expired_absolute"
  | "reuse_detected"
  | "credentials_changed"
  | "not_signed_in";

/** The session as its user may see it. Times are milliseconds since 1970. */
export interface ClientSession {
  readonly id: string;
  readonly userId: string;
  /** The device's name for people, such as "Firefox on Linux". */
  readonly device: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** The absolute end, which no activity moves. */
  readonly expiresAt: number;
  readonly place: string | null;
  /** In a list of devices: whether it is this one. */
  readonly current: boolean;
  readonly reauthenticationRequired: boolean;
}

/** Everything that an application shows. A new object at each change, never changed itself. */
export interface ClientState {
  readonly status: Status;
  /** Null unless signed in. */
  readonly session: ClientSession | null;
  /** Why; null while signed in or loading, and until it is known. */
  readonly reason: SignedOutReason | null;
  /** A sentence for people about what has not happened, such as while `signed-out-locally`. */
  readonly message: string | null;
  /** What of the manifest was still there after the end, such as `localStorage: cart`. */
  readonly leftovers: readonly string[];
  /** Rises when something ended among the user's sessions: the list of devices is to be read anew. */
  readonly devicesChanged: number;
  /** When the session ends without activity, once the warning is due; null before. */
  readonly idleWarning: { readonly endsAt: number } | null;
}

/** Which sessions a logout ends. */
export type LogoutScope = "current" | "others" | "all";

/** Options of `logout`. */
export interface LogoutOptions {
  /** `current` (default) this device, `all` every device, `others` every device but this one. */
  readonly scope?: LogoutScope;
  /** Where to go afterwards: a path of this origin, or an origin of `redirects` (default `redirectTo`). */
  readonly redirectTo?: string | null;
}

/** What a logout came to. It never rejects. */
export interface LogoutResult {
  /** Whether the server has confirmed it. */
  readonly confirmed: boolean;
  readonly status: Status;
  /** A sentence for people where it was not confirmed; null where it was. */
  readonly message: string | null;
}

/** Settings of the idle timer. Times in milliseconds. */
export interface IdleOptions {
  /** How long without activity until the session ends here (default none). */
  readonly timeout: number;
  /** How long before that to warn (default a fifth of the timeout, at most two minutes). */
  readonly warning?: number;
}

/** Settings of the client. All have defaults. */
export interface ClientOptions {
  /** Where endsession's routes are, such as `/auth` or `https://api.example/auth` (default ``). */
  readonly basePath?: string;
  /** What belongs to the signed-in user and must be gone after the end. */
  readonly manifest?: Manifest;
  /** How requests are made, such as `bearer()` of `endsession/client/bearer` (default by cookie). */
  readonly transport?: Transport;
  readonly idle?: IdleOptions;
  /** Where to go after the end: a path of this origin (default: stay). */
  readonly redirectTo?: string;
  /** Other origins that a logout may lead to. */
  readonly redirects?: readonly string[];
  /**
   * Goes there, such as a router's `push` (default a full navigation). It gets a path of this origin,
   * or a whole address of another that is allowed.
   */
  readonly navigate?: (to: string) => void;
  /** Whether to hear of ends by server-sent events (default true). */
  readonly events?: boolean;
  /**
   * Asks the person for a fresh proof, such as the password by `POST /reauthenticate`, when the
   * server demands one before it ends other sessions; `true` sends the request again, once (default
   * none: the request fails with a sentence that says so).
   */
  readonly reauthenticate?: () => Promise<boolean>;
  /** Ends when the browser was closed: no tab has been open for a minute (default false). */
  readonly endOnClose?: boolean;
}

/** The browser's side of a session, shared by all tabs of the origin. */
export interface Client {
  /** The present state: the same object until something changes. */
  getState(): ClientState;
  /** Calls back at each change; gives the function that stops it. */
  subscribe(listener: (state: ClientState) => void): () => void;
  /** Asks the server, follows the other tabs and devices. Calling it again changes nothing. */
  start(): Promise<ClientState>;
  /** To be called once somebody has signed in: forgets what was signed out before. */
  signedIn(): Promise<ClientState>;
  /** Asks the server whether the session is still live. Counts as no activity. */
  check(): Promise<ClientState>;
  /**
   * Locks and clears this device before it returns, then ends the session on the server. Never
   * rejects. Who asks again meanwhile is given the same logout.
   */
  logout(options?: LogoutOptions): Promise<LogoutResult>;
  /** `fetch` for an application's own calls: a 401 of an ended session ends it here as well. */
  readonly fetch: typeof globalThis.fetch;
  /** The user's devices, the most recently used first. Rejects when they cannot be read. */
  devices(): Promise<readonly ClientSession[]>;
  /**
   * Ends the session of one device. Rejects with a `RequestError` when it cannot: its message is a
   * sentence for people, its code such as `reauth-required`.
   */
  endDevice(sessionId: string): Promise<void>;
  /** "Stay signed in": counts as activity, here and on the server. */
  stayActive(): Promise<void>;
  /** Stops following, timers and listeners included. The session goes on. */
  stop(): void;
}
