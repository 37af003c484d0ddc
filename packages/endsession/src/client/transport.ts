/** How requests to endsession's origin are made. */

/** The session cookie by default; `bearer()` of `endsession/client/bearer` sends access tokens. */
export interface Transport {
  readonly fetch: typeof globalThis.fetch;
  /** Forgets what it holds: the session has ended, or got new credentials. */
  forget(): void;
}

/** The way to the routes. */
export interface Door extends Transport {
  /** Where they are. */
  readonly url: string;
}

/** Browsers send the cookie by themselves. */
export const byCookie: Transport = {
  fetch: (input, init) => fetch(input, init),
  forget: () => undefined,
};
