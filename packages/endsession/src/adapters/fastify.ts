/** `mount` and `protect` as hooks of Fastify 5. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import { protectRequest } from "../http/protect.ts";
import { recallRequest } from "../http/recall.ts";
import { keepSession } from "./checked.ts";
import { mount as mountOnNode } from "./connect.ts";
import { clientOf, headOf, send } from "./node.ts";

/** A request of Fastify, as much of it as is used. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

/** A reply of Fastify, as much of it as is used. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  header(name: string, value: string | string[]): unknown;
  hijack(): unknown;
}

/** Goes on, or reports an error. */
export type Done = (error?: Error) => void;

/** A hook `onRequest`. */
export type OnRequest = (request: FastifyRequestLike, reply: FastifyReplyLike, done: Done) => void;

/** The hook that answers the routes of endsession: `app.addHook("onRequest", mount(endsession))`. */
export function mount(endsession: EndSession): OnRequest {
  const answer = mountOnNode(endsession);
  return ({ raw: req }, reply, done) => {
    let passed = false;
    answer(req, reply.raw, (error) => {
      passed = true;
      done(error as Error | undefined);
    });
    if (!passed) reply.hijack();
  };
}

/** The hook that lets only requests with a live session through; see {@link sessionOf}. */
export function protect(endsession: EndSession, options: GuardOptions = {}): OnRequest {
  const { http } = endsession;
  return (request, reply, done) => {
    const { raw } = request;
    const recalled = recallRequest(http, headOf(raw), clientOf(raw), options);
    if (recalled) {
      reply.header("cache-control", "no-store");
      keepSession(request, recalled);
      return done();
    }
    void checkWhole(endsession, request, reply, options, done);
  };
}

async function checkWhole(
  { http }: EndSession,
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  options: GuardOptions,
  done: Done,
): Promise<void> {
  const { raw } = request;
  let failure: Error | undefined;
  try {
    const protection = await protectRequest(http, headOf(raw), clientOf(raw), options);
    if (protection.refusal) {
      reply.hijack();
      return await send(protection.refusal, raw, reply.raw);
    }
    reply.header("cache-control", "no-store");
    if (protection.cookies.length > 0) reply.header("set-cookie", [...protection.cookies]);
    keepSession(request, protection.session);
  } catch (error) {
    failure = error as Error;
  }
  done(failure);
}
