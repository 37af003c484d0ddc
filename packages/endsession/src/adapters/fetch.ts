/**
 * For frameworks that speak fetch: plain functions of a `Request`. Where `endsession/node` writes
 * to a response, these give the Set-Cookie headers; {@link withCookies} puts them on the answer.
 */
import type { EndedUser } from "../core/end-user.ts";
import type { Credentials } from "../core/mint.ts";
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import { toResponse } from "../http/answer.ts";
import type { ClientInfo } from "../http/exchange.ts";
import type { GuardOptions } from "../http/guard.ts";
import {
  cookiesFor,
  currentSessionOf,
  factsOf,
  protectRequest,
  signInRequest,
} from "../http/protect.ts";
import { recallRequest } from "../http/recall.ts";
import type { RequestHead } from "../http/settings.ts";
import type { SignInOptions } from "../http/sign-in.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";

/** The Set-Cookie headers that the answer must carry, one each. */
export interface WithCookies {
  readonly cookies: readonly string[];
}

/** Let through with a session and cookies to set, or refused with an answer. */
export type Protection =
  | { readonly session: Session; readonly cookies: readonly string[]; readonly refusal: null }
  | { readonly refusal: Response };

/** Answers a request for a route of endsession; null for what is the application's. */
export type Routes = (request: Request, info?: ClientInfo) => Promise<Response> | null;

const unknown: ClientInfo = { address: null };

/** The routes of endsession. */
export function mount({ handler }: EndSession): Routes {
  return (request, info = unknown) => {
    // Servers on Node make it of whatever Host was sent.
    if (!URL.canParse(request.url)) return null;
    const { pathname } = new URL(request.url);
    return handler.handles(request.method, pathname) ? handler.fetch(request, info) : null;
  };
}

/** Checks a request: a session and cookies to set, or the answer that refuses it. */
export async function protect(
  { http }: EndSession,
  request: RequestHead,
  options: GuardOptions = {},
  info: ClientInfo = unknown,
): Promise<Protection> {
  const session = recallRequest(http, request, info, options);
  if (session) return { session, cookies: [], refusal: null };
  const checked = await protectRequest(http, request, info, options);
  return checked.refusal ? { refusal: toResponse(checked.refusal) } : checked;
}

/** Starts a session for a user whom the application has verified. */
export function signIn(
  { http }: EndSession,
  request: RequestHead,
  options: SignInOptions,
  info: ClientInfo = unknown,
): Promise<WithCookies & { readonly session: Session }> {
  return signInRequest(http, request, info, options);
}

/**
 * The session of a request to a page that is there for everybody; null for nobody. A remembered
 * device is signed in by it, unless `remember` is false: say so where no cookies can be set.
 * Rejects with `ERR_STORE_UNAVAILABLE` when that cannot be said.
 */
export async function currentSession(
  { http }: EndSession,
  request: RequestHead,
  options: GuardOptions = {},
  info: ClientInfo = unknown,
): Promise<WithCookies & { readonly session: Session | null }> {
  const session = recallRequest(http, request, info, options);
  return session ? { session, cookies: [] } : currentSessionOf(http, request, info, options);
}

/**
 * Reports what happened to the account of a request's session, as {@link protect} gave it, and
 * renews it; a bearer client finds its new tokens in `credentials`. A session that has ended
 * meanwhile is not kept; the others end all the same.
 */
export function securityEvent(
  endsession: EndSession,
  request: RequestHead,
  session: Session,
  event: { readonly type: SecurityEventType },
  info: ClientInfo = unknown,
): Promise<WithCookies & EndedUser> {
  const { userId, tenantId } = session;
  const report = { ...event, userId, tenantId, current: session };
  return renewed(endsession, request, info, endsession.sessions.securityEvent(report));
}

/** Ends the other sessions of a session's user, and renews this one. */
export function endOthers(
  endsession: EndSession,
  request: RequestHead,
  session: Session,
  info: ClientInfo = unknown,
): Promise<WithCookies & EndedUser> {
  return renewed(endsession, request, info, endsession.sessions.endOthers(session));
}

/**
 * Renews a session (from `protect` with `allowStale`) whose person has just proved anew who they
 * are. Rejects with `ERR_SESSION_ENDED` when it has ended.
 */
export async function reauthenticate(
  { http, sessions }: EndSession,
  request: RequestHead,
  session: Session,
  methods: readonly string[],
  info: ClientInfo = unknown,
): Promise<WithCookies & { readonly credentials: Credentials }> {
  const facts = factsOf(http, request, info);
  const credentials = await sessions.reauthenticate(session, { methods, request: facts });
  return { credentials, cookies: cookiesFor(http, request, info, credentials) };
}

/** A response with Set-Cookie headers behind its own, which no cache keeps. */
export function withCookies(response: Response, cookies: readonly string[]): Response {
  // A copy: the headers of redirects and of fetched responses cannot be changed.
  const answer = new Response(response.body, response);
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  answer.headers.set("cache-control", "no-store");
  return answer;
}

async function renewed(
  { http }: EndSession,
  request: RequestHead,
  info: ClientInfo,
  ending: Promise<EndedUser>,
): Promise<WithCookies & EndedUser> {
  const ended = await ending;
  const { credentials } = ended;
  return { ...ended, cookies: credentials ? cookiesFor(http, request, info, credentials) : [] };
}
