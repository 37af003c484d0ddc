/** Signs a browser in: starts the session and ends what the browser still held. */
import type { Credentials } from "../core/mint.ts";
import { startSession } from "../core/start.ts";
import type { Mark } from "../core/acts.ts";
import { deleteCookie } from "./cookie.ts";
import { credentialCookies, formerDeletions } from "./guard.ts";
import type { Exchange } from "./exchange.ts";

/** What {@link signIn} takes, besides the request. */
export interface SignInOptions {
  /** The application's id of the user whose identity it has verified. */
  readonly userId: string;
  /** How the person proved who they are (default `["pwd"]`). */
  readonly methods?: readonly string[];
  /** Whether to remember the device (default false). */
  readonly rememberMe?: boolean;
  /** The position from `sessions.mark()` before the credentials were checked. */
  readonly after?: Mark;
}

/** The credentials, and the Set-Cookie headers that hand them over. */
export interface SignedIn {
  readonly credentials: Credentials;
  readonly cookies: readonly string[];
}

/** Starts a session with a cookie for the browser that sent a request. */
export async function signIn(exchange: Exchange, options: SignInOptions): Promise<SignedIn> {
  const { http, tenantId, facts, sessionTokens, rememberMeTokens } = exchange;
  const credentials = await startSession(http.core, {
    tenantId,
    userId: options.userId,
    methods: options.methods ?? ["pwd"],
    after: options.after ?? null,
    cookie: true,
    tokens: false,
    rememberMe: options.rememberMe ?? false,
    presented: sessionTokens.map((token) => ({ kind: "session_token", token })),
    rememberMeTokens,
    request: facts,
    actor: "user",
  });
  return { credentials, cookies: replacingCookies(exchange, credentials) };
}

/** Sets the new cookies, after deleting twins and a remembered device that is not to be kept. */
function replacingCookies(exchange: Exchange, credentials: Credentials): string[] {
  const { sessionTokens, rememberMeTokens, cookies } = exchange;
  const forgets = rememberMeTokens.length > 0 && credentials.rememberMeToken === null;
  const twins = sessionTokens.length > 1 || rememberMeTokens.length > 1;
  return [
    ...(twins ? formerDeletions(exchange) : []),
    ...(forgets ? [deleteCookie(cookies.rememberMe)] : []),
    ...credentialCookies(exchange, credentials),
  ];
}
