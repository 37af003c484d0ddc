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
  const tokens = createTokens(basePath, migrateFrom ?? null);
  return {
    forget: tokens.forget,
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
interface Tokens {
  /** The headers of a request to endsession's origin, with a token that is fresh if there is one. */
  authorize(headers?: HeadersInit): Promise<Headers>;
  /** Whether a request may carry the token: nobody else is given it. */
  isFor(address: string): boolean;
  /** Gets a new token; false when there is none to be had. */
  refresh(): Promise<boolean>;
  readonly forget: () => void;
}

/** `old` is the key of `localStorage` that a refresh token is to be moved from. */
function createTokens(url: string, old: string | null): Tokens {
  let token: string | null = null;
  let until = 0;
  let refreshing: Promise<boolean> | null = null;

  const forget = (): void => {
    token = null;
    until = 0;
  };

  const ask = async (): Promise<boolean> => {
    try {
      const kept = old === null ? null : localStorage.getItem(old);
      const body = {
        grant_type: "refresh_token",
        refresh_cookie: true,
        ...(kept !== null && { refresh_token: kept }),
      };
      const answer = await fetch(`${url}/token`, { ...sending(body), signal: limit() });
      // In the cookie by now, or worth nothing.
      const settled = answer.status === 200 || answer.status === 400;
      if (old !== null && settled) localStorage.removeItem(old);
      // A refusal means that there is no session; what follows is told so by the server as well.
      if (answer.status === 400) forget();
      if (answer.status !== 200) return false;
      const told = (await answer.json()) as { access_token: string; expires_in: number };
      token = told.access_token;
      until = Date.now() + told.expires_in * 1000 - margin;
      return true;
    } catch {
      return false;
    }
  };

  // Without locks (plain http) the server's grace keeps two tabs apart.
  const inTurn = (): Promise<boolean> =>
    navigator.locks ? navigator.locks.request("endsession:refresh", ask) : ask();

  const refresh = (): Promise<boolean> =>
    (refreshing ??= inTurn().finally(() => {
      refreshing = null;
    }));

  return {
    async authorize(headers) {
      if (Date.now() >= until) await refresh();
      const all = new Headers(headers);
      if (token !== null) all.set("authorization", `Bearer ${token}`);
      return all;
    },
    isFor: (address) =>
      new URL(address, location.href).origin === new URL(url, location.href).origin,
    refresh,
    forget,
  };
}
