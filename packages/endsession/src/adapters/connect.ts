/** `mount` and `protect` for handlers of the form `(req, res, next)`: node:http and Express. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { Answer } from "../http/answer.ts";
import type { GuardOptions } from "../http/guard.ts";
import { protectRequest, upgradeSessionOf } from "../http/protect.ts";
import { recallRequest } from "../http/recall.ts";
import { recallVerified, verifiedText, verifyPath } from "../http/verified.ts";
import { type Acts, actsOn } from "./acts.ts";
import { keepSession } from "./checked.ts";
import {
  carrierOf,
  clientOf,
  hadBody,
  headOf,
  incomingOf,
  type Next,
  type NodeRequest,
  pathOf,
  send,
  setCookies,
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
    if (!handler.handles(head.method, pathOf(head))) return next();
    void answering(req, res, next, () => handler.answer(incomingOf(req), clientOf(req)));
  };
}

/** Lets only requests with a live session through; `sessionOf` then gives it. */
export function protect(endsession: EndSession, options: GuardOptions = {}): Middleware {
  return (req, res, next) => {
    const recalled = recallRequest(endsession.http, headOf(req), clientOf(req), options);
    if (recalled) {
      // The head is sent already where something answers before it is asked; its affair.
      if (!res.headersSent) res.setHeader("cache-control", "no-store");
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

type NodeActs = Acts<[req: IncomingMessage, res: ServerResponse]>;
const acts: NodeActs = actsOn(carrierOf);

/** Starts a session for a user whom the application has verified. See {@link Acts.signIn}. */
export const signIn: NodeActs["signIn"] = acts.signIn;
/** The session of a request to a page for everybody. See {@link Acts.currentSession}. */
export const currentSession: NodeActs["currentSession"] = acts.currentSession;
/** Reports what happened to the account of a session. See {@link Acts.securityEvent}. */
export const securityEvent: NodeActs["securityEvent"] = acts.securityEvent;
/** Ends the other sessions of a request's user. See {@link Acts.endOthers}. */
export const endOthers: NodeActs["endOthers"] = acts.endOthers;
/** Renews a session whose person has proved anew who they are. See {@link Acts.reauthenticate}. */
export const reauthenticate: NodeActs["reauthenticate"] = acts.reauthenticate;

/** Sends what `work` gives; null passes on. What comes after is no concern of this chain's. */
async function answering(
  req: IncomingMessage,
  res: ServerResponse,
  next: Next,
  work: () => Promise<Answer | null>,
): Promise<void> {
  let failure: [unknown] | null = null;
  try {
    const answer = await work();
    if (answer) return await send(answer, req, res);
  } catch (error) {
    failure = [error];
  }
  if (failure) next(failure[0]);
  else next();
}
