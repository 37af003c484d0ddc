/** What `protect` of every adapter does, in terms of a request's head. */
import type { Credentials } from "../core/mint.ts";
import type { Session } from "../core/session.ts";
import type { RequestFacts } from "../core/settings.ts";
import { type Answer, withHeaders } from "./answer.ts";
import {
  type ClientInfo,
  type Exchange,
  type Http,
  readExchange,
  refuseCrossSite,
} from "./exchange.ts";
import { safeMethods } from "./cross-site.ts";
import { credentialCookies, guard, type GuardOptions } from "./guard.ts";
import { failure } from "./failure.ts";
import { Problem } from "./problem.ts";
import type { RequestHead } from "./settings.ts";
import { signIn as start, type SignInOptions } from "./sign-in.ts";

/** Let through with a session and cookies to set, or refused with an answer. */
export type Protection =
  | { readonly session: Session; readonly cookies: readonly string[]; readonly refusal: null }
  | { readonly refusal: Answer };

/**
 * Checks a request before the application sees it. What changes something by cookie must also
 * come from the application's own pages (CS-01). A store that fails is a 503, never a pass.
 */
export async function protectRequest(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
  options: GuardOptions,
): Promise<Protection> {
  let exchange: Exchange | null = null;
  try {
    exchange = readExchange(http, head, info);
    if (!safeMethods.has(head.method)) refuseCrossSite(exchange);
    const { session, cookies } = await guard(exchange, options);
    return { session, cookies, refusal: null };
  } catch (error) {
    const page = options.page ?? exchange?.wantsPage ?? false;
    // Back to where the person wanted to go; a form that was sent is not sent again.
    const here = exchange && head.method === "GET" ? exchange.url : null;
    const next = here && here.pathname + here.search;
    const refusal = failure(http, exchange, error, { page, next });
    return { refusal: withHeaders(refusal, { "cache-control": "no-store" }) };
  }
}

/** Starts a session for the sender of a request; gives the Set-Cookie headers to send. */
export async function signInRequest(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
  options: SignInOptions,
): Promise<{ readonly session: Session; readonly cookies: readonly string[] }> {
  const exchange = readExchange(http, head, info);
  const { credentials, cookies } = await start(exchange, options);
  return { session: credentials.session, cookies };
}

/** Who sends a request to a page that is there for everybody; null for nobody. */
export async function currentSessionOf(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
  options: GuardOptions,
): Promise<{ readonly session: Session | null; readonly cookies: readonly string[] }> {
  try {
    return await guard(readExchange(http, head, info), options);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { session: null, cookies: error.details.cookies ?? [] };
  }
}

/**
 * The live session of a request that asks for a WebSocket; null for anybody else, and for pages of
 * other sites, which could otherwise open one with the cookies of their visitor (CWE-1385).
 */
export async function upgradeSessionOf(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
): Promise<Session | null> {
  try {
    const exchange = readExchange(http, head, info);
    refuseCrossSite(exchange);
    // Its cookies could not be set: the answer to an upgrade belongs to the application.
    return (await guard(exchange, { remember: false })).session;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return null;
  }
}

/** The Set-Cookie headers that hand credentials to the browser that sent a request. */
export function cookiesFor(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
  credentials: Credentials,
): readonly string[] {
  return credentialCookies(readExchange(http, head, info), credentials);
}

/** Where a request comes from. */
export function factsOf(http: Http, head: RequestHead, info: ClientInfo): RequestFacts {
  return readExchange(http, head, info).facts;
}
