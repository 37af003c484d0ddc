/**
 * Bearer mode: the access token in this page's memory, the refresh token in a cookie that no script
 * sees (CL-07). One tab refreshes at a time; the cookie hands the newest token to the next.
 */
import { limit, sending } from "./ask.ts";

/** How long before its expiry a token is replaced, in milliseconds. */
const margin = 10_000;

/** The tokens of one page. */
export class Tokens {
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
