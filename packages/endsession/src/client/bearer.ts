/**
 * Bearer mode: the access token in this page's memory, the refresh token in a cookie that no script
 * sees (CL-07). One tab refreshes at a time; the cookie hands the newest token to the next.
 */
import { limit, sending } from "./ask.ts";
import type { Transport } from "./transport.ts";

/** How long before its expiry a token is replaced, in milliseconds. */
const margin = 10_000;

/** Settings of {@link bearer}. */
export interface BearerOptions {
  /** Where endsession's routes are, as for the client (default ``). */
  readonly basePath?: string;
  /**
   * The key of `localStorage` under which an application has kept its refresh token until now: it is
   * moved into the cookie once, and removed. For that migration alone: what scripts can read can be
   * stolen by one.
   */
  readonly migrateFrom?: string;
}

/**
 * Sends access tokens instead of a session cookie: `createClient({ transport: bearer() })`. Sign in
 * with `POST /token` and `refresh_cookie`.
 */
export function bearer({ basePath = "", migrateFrom }: BearerOptions = {}): Transport {
  const tokens = new Tokens(basePath, migrateFrom ?? null);
  return {
    forget: () => tokens.forget(),
    async fetch(input, init = {}) {
      const address = input instanceof Request ? input.url : String(input);
      if (!tokens.isFor(address)) return fetch(input, init);
      // A body that is a stream can be sent only once.
      const request = new Request(input, init);
      const again = request.body === null || typeof init.body === "string" ? request.clone() : null;
      const send = async (one: Request): Promise<Response> =>
        fetch(one, { headers: await tokens.authorize(one.headers) });
      const answer = await send(request);
      const expired = answer.headers.get("www-authenticate")?.includes("expired") === true;
      if (answer.status !== 401 || !expired || !again || !(await tokens.refresh())) return answer;
      return send(again);
    },
  };
}

/** The tokens of one page. */
class Tokens {
  readonly #url: string;
  readonly #old: string | null;
  #token: string | null = null;
  #until = 0;
  #refreshing: Promise<boolean> | null = null;

  /** `old` is the key of `localStorage` that a refresh token is to be moved from. */
  constructor(url: string, old: string | null) {
    this.#url = url;
    this.#old = old;
  }

  /** The headers of a request to endsession's origin, with a token that is fresh if there is one. */
  async authorize(headers?: HeadersInit): Promise<Headers> {
    if (Date.now() >= this.#until) await this.refresh();
    const all = new Headers(headers);
    if (this.#token !== null) all.set("authorization", `Bearer ${this.#token}`);
    return all;
  }

  /** Whether a request may carry the token: nobody else is given it. */
  isFor(address: string): boolean {
    return new URL(address, location.href).origin === new URL(this.#url, location.href).origin;
  }

  /** Gets a new token; false when there is none to be had. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#inTurn().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  forget(): void {
    this.#token = null;
    this.#until = 0;
  }

  #inTurn(): Promise<boolean> {
    const ask = (): Promise<boolean> => this.#ask();
    // Without locks (plain http) the server's grace keeps two tabs apart.
    return navigator.locks ? navigator.locks.request("endsession:refresh", ask) : ask();
  }

  async #ask(): Promise<boolean> {
    try {
      const old = this.#old === null ? null : localStorage.getItem(this.#old);
      const answer = await fetch(`${this.#url}/token`, {
        method: "POST",
        credentials: "include",
        cache: "no-store",
        headers: sending,
        body: JSON.stringify({
          grant_type: "refresh_token",
          refresh_cookie: true,
          ...(old !== null && { refresh_token: old }),
        }),
        signal: limit(),
      });
      // In the cookie by now, or worth nothing.
      const settled = answer.status === 200 || answer.status === 400;
      if (this.#old !== null && settled) localStorage.removeItem(this.#old);
      // A refusal means that there is no session; what follows is told so by the server as well.
      if (answer.status === 400) this.forget();
      if (answer.status !== 200) return false;
      const told = (await answer.json()) as { access_token: string; expires_in: number };
      this.#token = told.access_token;
      this.#until = Date.now() + told.expires_in * 1000 - margin;
      return true;
    } catch {
      return false;
    }
  }
}
