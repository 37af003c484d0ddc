/** `mount`, `protect` and what an application does with a session, for Koa 3. */
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import { protectRequest } from "../http/protect.ts";
import { recallRequest } from "../http/recall.ts";
import { type Acts, actsOn } from "./acts.ts";
import { keepSession, sessionOf as sessionOfRequest } from "./checked.ts";
import {
  answer,
  type KoaContextLike,
  keepingCookies,
  type Next,
  requestOf,
} from "./koa-context.ts";
import { carrierOf, clientOf, headOf, incomingOf, pathOf, setCookies } from "./node.ts";

/** A middleware of Koa. */
export type KoaMiddleware = (ctx: KoaContextLike, next: Next) => Promise<unknown>;

/** Answers the routes of endsession and passes everything else on. */
export function mount({ handler }: EndSession): KoaMiddleware {
  return async (ctx, next) => {
    const req = requestOf(ctx);
    const head = headOf(req);
    if (!handler.handles(head.method, pathOf(head))) return next();
    return answer(ctx, await handler.answer(incomingOf(req, ctx.request.body), clientOf(req)));
  };
}

/** Lets only requests with a live session through; {@link sessionOf} then gives it. */
export function protect({ http }: EndSession, options: GuardOptions = {}): KoaMiddleware {
  return async (ctx, next) => {
    const [head, client] = [headOf(requestOf(ctx)), clientOf(ctx.req)];
    const session = recallRequest(http, head, client, options);
    const protection = session
      ? { session, cookies: [], refusal: null }
      : await protectRequest(http, head, client, options);
    if (protection.refusal) return answer(ctx, protection.refusal);
    setCookies(ctx.res, protection.cookies);
    keepSession(ctx.req, protection.session);
    return keepingCookies(ctx, next);
  };
}

/** The session of a request behind `protect`. Throws a TypeError elsewhere. */
export function sessionOf(ctx: KoaContextLike): Session {
  return sessionOfRequest(ctx.req);
}

/** What handlers do with a session. */
export const acts: KoaActs = actsOn((ctx) => carrierOf(requestOf(ctx), ctx.res));
export type KoaActs = Acts<[ctx: KoaContextLike]>;
