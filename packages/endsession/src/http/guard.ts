/**
 * Lets a request through to what is protected, or says why not. The one check behind `protect`
 * of every adapter and behind the routes that need a session.
 */
import { askTruth, type Authentication, authenticate } from "../core/authenticate.ts";
import type { Credentials } from "../core/mint.ts";
import { rememberedStart } from "../core/remember.ts";
import type { Presented } from "../core/resolve.ts";
import type { Session } from "../core/session.ts";
import { deleteCookie, formerDefinitions, setCookie } from "./cookie.ts";
import type { Exchange } from "./exchange.ts";
import { Problem, type ProblemDetails } from "./problem.ts";

/** How to guard. */
export interface GuardOptions {
  /** Whether the request is the person's doing (default true); polling is not (TO-03). */
  readonly activity?: boolean;
  /** Whether a remember-me cookie may start a session (default true). */
  readonly remember?: boolean;
  /** Whether a session that must prove itself anew may pass (default false). */
  readonly allowStale?: boolean;
  /**
   * Whether a person waits for the answer, who is sent to the sign-in page, or a program, which
   * gets a 401 (default by `Accept`).
   */
  readonly page?: boolean;
  /** Whether to ask the store even where memory could tell (default false). */
  readonly fresh?: boolean;
}

/** A request that may pass. */
export interface Guarded {
  readonly session: Session;
  /** Set-Cookie headers that the answer must carry. */
  readonly cookies: readonly string[];
}

/** Gives the live session of a request, or throws the {@link Problem} to answer with. */
export async function guard(exchange: Exchange, options: GuardOptions = {}): Promise<Guarded> {
  const guarded =
    exchange.bearer === null
      ? await byCookie(exchange, options)
      : await byBearer(exchange, exchange.bearer, options);
  if (guarded.session.reauthenticationRequired && options.allowStale !== true) {
    const detail = "A fresh proof of identity is demanded.";
    throw reauthenticationDemanded(exchange, detail, guarded.cookies);
  }
  return guarded;
}

/** The challenge of RFC 9470: who is signed in, perhaps by `cookies` just now, must prove it anew. */
export function reauthenticationDemanded(
  exchange: Exchange,
  detail: string,
  cookies: readonly string[] = [],
): Problem {
  const seconds = exchange.http.core.settings.freshness / 1000;
  return new Problem("reauthRequired", {
    detail: `${detail} Prove who you are and repeat the request.`,
    headers: {
      "www-authenticate": `Bearer error="insufficient_user_authentication", max_age="${seconds}"`,
    },
    cookies,
  });
}

/** The Set-Cookie headers that hand credentials to a browser. */
export function credentialCookies(exchange: Exchange, credentials: Credentials): string[] {
  const { cookies, http } = exchange;
  const { sessionToken, rememberMeToken, rememberMeExpiresAt } = credentials;
  const headers: string[] = refreshCookies(exchange, credentials.refreshToken);
  if (sessionToken !== null) headers.push(setCookie(cookies.session, sessionToken, null));
  if (rememberMeToken !== null && rememberMeExpiresAt !== null) {
    const expiry = { at: rememberMeExpiresAt, now: http.core.clock.now() };
    headers.push(setCookie(cookies.rememberMe, rememberMeToken, expiry));
  }
  return headers;
}

/** The refresh token, for a browser that keeps it in a cookie; nothing for others. */
export function refreshCookies(
  { cookies, refreshInCookie }: Exchange,
  token: string | null,
  asked: boolean = refreshInCookie,
): string[] {
  return asked && token !== null ? [setCookie(cookies.refresh, token, null)] : [];
}

/** Deletes the cookie with the refresh token, where there is one. */
export function refreshDeletions({ cookies, refreshInCookie }: Exchange): string[] {
  return refreshInCookie ? [deleteCookie(cookies.refresh)] : [];
}

/** The Set-Cookie headers that delete all cookies, in every scope they ever had. */
export function deletionCookies(exchange: Exchange): string[] {
  const { session, rememberMe } = exchange.cookies;
  return [
    deleteCookie(session),
    deleteCookie(rememberMe),
    ...refreshDeletions(exchange),
    ...formerDeletions(exchange),
  ];
}

/** The deletions that go with the end of the caller's own session: those of its transport. */
export function ownDeletions(exchange: Exchange): string[] {
  return exchange.bearer === null ? deletionCookies(exchange) : refreshDeletions(exchange);
}

/** The Set-Cookie header that deletes the session cookie alone. */
function sessionDeletions(exchange: Exchange): string[] {
  return [deleteCookie(exchange.cookies.session)];
}

/** The Set-Cookie headers that delete what earlier versions set, one for each scope. */
export function formerDeletions(exchange: Exchange): string[] {
  const { cookies, http } = exchange;
  const previous = http.settings.cookies.previous ?? [];
  const sameName = previous.filter((scope) => scope.name === undefined);
  return [
    ...formerDefinitions(cookies.session, previous),
    ...formerDefinitions(cookies.rememberMe, sameName),
  ].map(deleteCookie);
}

async function byBearer(
  exchange: Exchange,
  token: string,
  options: GuardOptions,
): Promise<Guarded> {
  const judged = await judgeToken(exchange, { kind: "access_token", token }, options);
  if (judged.outcome === "live" || judged.outcome === "stale") return { ...judged, cookies: [] };
  const challenge = (description: string): ProblemDetails => ({
    detail: `${description}.`,
    headers: {
      "www-authenticate": `Bearer error="invalid_token", error_description="${description}"`,
    },
  });
  if (judged.outcome === "ended") {
    const details = challenge("The session of this access token has ended");
    const members = judged.reissued ? { members: { reissued: true } } : {};
    throw new Problem("sessionEnded", { ...details, ...members, reason: judged.reason });
  }
  const expired = judged.outcome === "expired";
  const description = expired ? "The access token has expired" : "The access token is not valid";
  throw new Problem("invalidToken", challenge(description));
}

async function byCookie(exchange: Exchange, options: GuardOptions): Promise<Guarded> {
  const { sessionTokens, rememberMeTokens } = exchange;
  const [token] = sessionTokens;
  // Of twins, one may have been planted by another subdomain: none is believed, all are cleared.
  const twins = sessionTokens.length > 1 || rememberMeTokens.length > 1;
  if (twins) throw notSignedIn(exchange, deletionCookies(exchange));
  const judged: Authentication =
    token === undefined
      ? { outcome: "unknown" }
      : await judgeToken(exchange, { kind: "session_token", token }, options);
  if (judged.outcome === "live" || judged.outcome === "stale") return { ...judged, cookies: [] };

  const [rememberMeToken] = options.remember === false ? [] : rememberMeTokens;
  if (rememberMeToken !== undefined) {
    const remembered = await startRemembered(exchange, rememberMeToken);
    if (remembered) return remembered;
  }
  // A remember-me cookie is left alone where it was not judged, or where a copy of it is borne.
  const { remember_me_reused: policy } = exchange.http.core.settings.policies;
  const spared = rememberMeToken === undefined || policy !== "end";
  const dead = spared ? sessionDeletions : deletionCookies;
  if (judged.outcome === "ended") {
    throw new Problem("sessionEnded", {
      detail: "The session of this cookie has ended.",
      reason: judged.reason,
      headers: bearerChallenge,
      // Its browser has a newer cookie, or is about to: it is to ask again with that one.
      ...(judged.reissued && { members: { reissued: true } }),
      // After a renewal the browser holds a newer cookie, which a late answer must not delete.
      cookies: judged.reissued ? [] : dead(exchange),
    });
  }
  const presented = token !== undefined || rememberMeToken !== undefined;
  throw notSignedIn(exchange, presented ? dead(exchange) : []);
}

const bearerChallenge = { "www-authenticate": "Bearer" };

function notSignedIn(exchange: Exchange, cookies: readonly string[]): Problem {
  const { signIn } = exchange.http.settings.pages;
  const detail = `The request carries no valid session. Sign in at ${signIn}.`;
  return new Problem("unauthenticated", { detail, headers: bearerChallenge, cookies });
}

async function startRemembered(exchange: Exchange, token: string): Promise<Guarded | null> {
  const { http, tenantId, facts } = exchange;
  const credentials = await rememberedStart(http.core, { tenantId, token, request: facts });
  if (!credentials) return null;
  return { session: credentials.session, cookies: credentialCookies(exchange, credentials) };
}

function judgeToken(
  exchange: Exchange,
  presented: Presented,
  options: GuardOptions,
): Authentication | Promise<Authentication> {
  const { http, tenantId, facts } = exchange;
  const input = { tenantId, presented, request: facts, activity: options.activity ?? true };
  return options.fresh ? askTruth(http.core, input) : authenticate(http.core, input);
}
