/** `mount`, `protect` and what an application does with a session, for Fastify 5. */
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import { protectRequest } from "../http/protect.ts";
import { recallRequest } from "../http/recall.ts";
import { type Acts, actsOn } from "./acts.ts";
import { keepSession } from "./checked.ts";
import {
  answering,
  carrierOf,
  type FastifyReplyLike,
  type FastifyRequestLike,
  type OnRequest,
  setCookies,
} from "./fastify-reply.ts";
import { clientOf, headOf, incomingOf, pathOf } from "./node.ts";

/** The hook that answers the routes of endsession: `app.addHook("onRequest", mount(endsession))`. */
export function mount({ handler }: EndSession): OnRequest {
  return (request, reply, done) => {
    const { raw, body } = request;
    const head = headOf(raw);
    if (!handler.handles(head.method, pathOf(head))) return done();
    void answering(request, reply, done, () =>
      handler.answer(incomingOf(raw, body ?? undefined), clientOf(raw)),
    );
  };
}

/** The hook that lets only requests with a live session through; `sessionOf` then gives it. */
export function protect({ http }: EndSession, options: GuardOptions = {}): OnRequest {
  return (request, reply, done) => {
    const { raw } = request;
    const recalled = recallRequest(http, headOf(raw), clientOf(raw), options);
    if (recalled) {
      reply.header("cache-control", "no-store");
      keepSession(request, recalled);
      return done();
    }
    void answering(request, reply, done, async () => {
      const protection = await protectRequest(http, headOf(raw), clientOf(raw), options);
      if (protection.refusal) return protection.refusal;
      setCookies(reply, protection.cookies);
      keepSession(request, protection.session);
      return null;
    });
  };
}

/** What handlers do with a session. */
export const acts: FastifyActs = actsOn(carrierOf);
export type FastifyActs = Acts<[request: FastifyRequestLike, reply: FastifyReplyLike]>;
