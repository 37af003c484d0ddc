/** What belongs to the signed-in user: cleared at the end, and looked for afterwards. */

/** A query cache of any library, as `tanstackQuery`, `swr` and `apollo` make one. */
export interface QueryCache {
  /** For the report of what is left. */
  readonly name: string;
  /** Cancels what is under way and forgets everything, so that a late answer fills nothing. */
  clear(): void | Promise<void>;
  /** How many entries there are still; to find what is left (default not looked at). */
  size?(): number;
}

/** What to clear. Everything that is named here is the user's. */
export interface Manifest {
  /** Keys of `localStorage`; a trailing `*` stands for any end, `*` alone for all. */
  readonly localStorage?: readonly string[];
  /** Keys of `sessionStorage`, likewise (default `*`: all). */
  readonly sessionStorage?: readonly string[];
  /** IndexedDB databases, likewise. */
  readonly indexedDB?: readonly string[];
  /** Caches of the Cache Storage, likewise. Name what holds user data; the app shell stays. */
  readonly caches?: readonly string[];
  /** Whether to tell the service worker: it gets the message `{ type: "endsession:ended" }`. */
  readonly serviceWorker?: boolean;
  /** Query caches. */
  readonly queries?: readonly QueryCache[];
  /** The application's own state, such as a store to be reset. A failure hinders nothing else. */
  readonly callbacks?: readonly (() => void | Promise<void>)[];
}
