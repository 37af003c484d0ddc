/** `mount` and `protect` for handlers of the form `(req, res, next)`: node:http and Express. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import {
  currentSessionOf,
  protectRequest,
  reportFromRequest,
  signInRequest,
} from "../http/protect.ts";
import type { SignInOptions } from "../http/sign-in.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";
import type { Receipt } from "../protocol/receipt.ts";
import { appendCookies, clientOf, headOf, type Next, send, toRequest } from "./node.ts";

/** A handler in a chain. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

const sessionsOfRequests = new WeakMap<IncomingMessage, Session>();

/** Answers the routes of endsession and passes everything else on. */
export function mount(endsession: EndSession): Middleware {
  const { handler } = endsession;
  return (req, res, next) => {
    const head = headOf(req);
    if (!handler.handles(head.method, new URL(head.url).pathname)) return next();
    void passErrors(next, async () =>
      send(await handler.fetch(toRequest(req), clientOf(req)), res),
    );
  };
}

/** Lets only requests with a live session through; {@link sessionOf} then gives it. */
export function protect(endsession: EndSession, options: GuardOptions = {}): Middleware {
  const { http } = endsession;
  return (req, res, next) => {
    void passErrors(next, async () => {
      const protection = await protectRequest(http, headOf(req), clientOf(req), options);
      if (protection.refusal) return send(protection.refusal, res);
      appendCookies(protection.cookies, res);
      res.setHeader("cache-control", "no-store");
      sessionsOfRequests.set(req, protection.session);
      next();
    });
  };
}

/** The session of a request behind {@link protect}. Throws a TypeError elsewhere. */
export function sessionOf(req: IncomingMessage): Session {
  const session = sessionsOfRequests.get(req);
  if (session) return session;
  throw new TypeError("sessionOf was called for a request that did not pass protect().");
}

/** Starts a session for a user whom the application has verified, and sets the cookies. */
export async function signIn(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  options: SignInOptions,
): Promise<Session> {
  const signedIn = await signInRequest(endsession.http, headOf(req), clientOf(req), options);
  appendCookies(signedIn.cookies, res);
  res.setHeader("cache-control", "no-store");
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
  appendCookies(cookies, res);
  res.setHeader("cache-control", "no-store");
  return session;
}

/**
 * Reports what happened to the account of a request's session (behind {@link protect}), and
 * renews its cookies. A session that has ended meanwhile is not kept; the others end all the same.
 */
export async function securityEvent(
  endsession: EndSession,
  req: IncomingMessage,
  res: ServerResponse,
  event: { readonly type: SecurityEventType },
): Promise<Receipt> {
  const { http } = endsession;
  const session = sessionOf(req);
  const info = clientOf(req);
  const reported = await reportFromRequest(http, headOf(req), info, session, event.type);
  appendCookies(reported.cookies, res);
  res.setHeader("cache-control", "no-store");
  return reported.receipt;
}

async function passErrors(next: Next, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    next(error);
  }
}
