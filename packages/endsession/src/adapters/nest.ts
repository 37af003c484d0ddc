/** A guard for Nest 11, on Express and on Fastify, and what controllers do with a session. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import { type Acts, actsOn } from "./acts.ts";
import { protect as protectOnNode } from "./connect.ts";
import { protect as protectOnFastify } from "./fastify.ts";
import {
  carrierOf as carrierOfFastify,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from "./fastify-reply.ts";
import { carrierOf } from "./node.ts";

/** A request as Nest hands it over: of Express, or of Fastify. */
export type NestRequest = IncomingMessage | FastifyRequestLike;

/** A response as Nest hands it over: of Express, or of Fastify. */
export type NestResponse = ServerResponse | FastifyReplyLike;

/** An execution context of Nest, as much of it as is used. */
export interface NestContextLike {
  switchToHttp(): { getRequest<T>(): T; getResponse<T>(): T };
}

/** A guard of Nest, for `@UseGuards(…)` and `app.useGlobalGuards(…)`. */
export interface NestGuard {
  canActivate(context: NestContextLike): Promise<boolean>;
}

/**
 * Lets only requests with a live session through; `sessionOf` then gives it. A request that is
 * refused has been answered by then, so that nothing more happens to it: no filter sees it.
 */
export function protect(endsession: EndSession, options: GuardOptions = {}): NestGuard {
  const [onNode, onFastify] = [
    protectOnNode(endsession, options),
    protectOnFastify(endsession, options),
  ];
  return {
    canActivate: (context) =>
      new Promise((resolve, reject) => {
        const http = context.switchToHttp();
        const [req, res] = [http.getRequest<NestRequest>(), http.getResponse<NestResponse>()];
        const done = (error?: unknown): void =>
          error === undefined ? resolve(true) : reject(error as Error);
        if (isOfFastify(req)) onFastify(req, res as FastifyReplyLike, done);
        else onNode(req, res as ServerResponse, done);
      }),
  };
}

function isOfFastify(req: NestRequest): req is FastifyRequestLike {
  return "raw" in req;
}

/** What controllers do with a session. */
export const acts: NestActs = actsOn((req, res) =>
  isOfFastify(req)
    ? carrierOfFastify(req, res as FastifyReplyLike)
    : carrierOf(req, res as ServerResponse),
);
export type NestActs = Acts<[req: NestRequest, res: NestResponse]>;
