/** `mount` and `protect` for handlers of the form `(req, res, next)`: node:http and Express. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EndedUser } from "../core/end-user.ts";
import type { Credentials } from "../core/mint.ts";
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import {
  cookiesFor,
  currentSessionOf,
  factsOf,
  protectRequest,
  signInRequest,
  upgradeSessionOf,
} from "../http/protect.ts";
import { recallRequest } from "../http/recall.ts";
import { recallVerified, verifiedText, verifyPath } from "../http/verified.ts";
import type { SignInOptions } from "../http/sign-in.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";
import { keepSession, sessionOf } from "./checked.ts";
import {
  appendCookies,
  clientOf,
  hadBody,
  headOf,
  type Next,
  type NodeRequest,
  send,
  toRequest,
} from "./node.ts";

/** A handler in a chain. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** Answers the routes of endsession and passes everything else on. */
export function mount(endsession: EndSession): Middleware {
  const { handler, http } = endsession;
  const verify = http.settings.basePath + verifyPath;
  return (req, res, next) => {
    const head = headOf(req);
    // A proxy asks this before every other request.
    const asked = (req as NodeRequest).originalUrl ?? req.url;
    const verified = asked === verify ? recallVerified(http, head, clientOf(req)) : undefined;
    if (verified && !hadBody(req)) return void res.writeHead(200, verified).end(verifiedText);
    if (!handler.handles(head.method, new URL(head.url).pathname)) return next();
    void answering(req, res, next, () => handler.fetch(toRequest(req), clientOf(req)));
  };
}

/** Lets only requests with a live session through; {@link sessionOf} then gives it. */
export function protect(endsession: EndSession, options: GuardOptions = {}): Middleware {
  return (req, res, next) => {
    const recalled = recallRequest(endsession.http, headOf(req), clientOf(req), options);
    if (recalled) {
      res.setHeader("cache-control", "no-store");
      keepSession(req, recalled);
      return next();
    }
    void answering(req, res, next, async () => {
      const protection = await protectRequest(endsession.http, headOf(req), clientOf(req), options);
      if (protection.refusal) return protection.refusal;
      setCookies(res, protection.cookies);
      keepSession(req, protection.session);
      return null;
    });
  };
}

/** Starts a session for a user whom the application has verified, and sets the cookies. */
export async function signIn(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  options: SignInOptions,
): Promise<Session> {
  const signedIn = await signInRequest(endsession.http, headOf(req), clientOf(req), options);
  setCookies(res, signedIn.cookies);
  return signedIn.session;
}

/**
 * The session of a request to a page that is there for everybody; null for nobody. A remembered
 * device is signed in by it. Rejects with `ERR_STORE_UNAVAILABLE` when that cannot be said.
 */
export async function currentSession(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  options: GuardOptions = {},
): Promise<Session | null> {
  const { http } = endsession;
  const { session, cookies } = await currentSessionOf(http, headOf(req), clientOf(req), options);
  setCookies(res, cookies);
  return session;
}

/**
 * The session of a request that asks for a WebSocket, for the event `upgrade` of a server; null for
 * nobody, and for pages of other sites. Rejects with `ERR_STORE_UNAVAILABLE` when that cannot be
 * said. Close the socket with its session: `endsession.sessions.onEnded(session, close)`.
 */
export function sessionOfUpgrade(
  { http }: EndSession,
  req: IncomingMessage,
): Promise<Session | null> {
  return upgradeSessionOf(http, headOf(req), clientOf(req));
}

/**
 * Reports what happened to the account of a request's session (behind {@link protect}), and
 * renews its cookies; a bearer client finds its new tokens in `credentials`. A session that has
 * ended meanwhile is not kept; the others end all the same.
 */
export function securityEvent(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  event: { readonly type: SecurityEventType },
): Promise<EndedUser> {
  const session = sessionOf(req);
  const { userId, tenantId } = session;
  const report = { ...event, userId, tenantId, current: session };
  return renewing(endsession, req, res, endsession.sessions.securityEvent(report));
}

/** Ends the other sessions of a request's user (behind {@link protect}), and renews its cookies. */
export function endOthers(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<EndedUser> {
  return renewing(endsession, req, res, endsession.sessions.endOthers(sessionOf(req)));
}

/**
 * Renews the session of a request (behind `protect` with `allowStale`) whose person has just
 * proved anew who they are, and its cookies. Rejects with `ERR_SESSION_ENDED` when it has ended.
 */
export async function reauthenticate(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  methods: readonly string[],
): Promise<Credentials> {
  const { http, sessions } = endsession;
  const request = factsOf(http, headOf(req), clientOf(req));
  const credentials = await sessions.reauthenticate(sessionOf(req), { methods, request });
  setCookies(res, cookiesFor(http, headOf(req), clientOf(req), credentials));
  return credentials;
}

async function renewing(
  { http }: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  ending: Promise<EndedUser>,
): Promise<EndedUser> {
  const ended = await ending;
  const { credentials } = ended;
  if (credentials) setCookies(res, cookiesFor(http, headOf(req), clientOf(req), credentials));
  return ended;
}

function setCookies(res: ServerResponse, cookies: readonly string[]): void {
  appendCookies(cookies, res);
  res.setHeader("cache-control", "no-store");
}

/** Sends what `work` gives; null passes on. What comes after is no concern of this chain's. */
async function answering(
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  work: () => Promise<Response | null>,
): Promise<void> {
  let failure: [unknown] | null = null;
  try {
    const response = await work();
    if (response) return await send(response, req, res);
  } catch (error) {
    failure = [error];
  }
  if (failure) next(failure[0]);
  else next();
}
