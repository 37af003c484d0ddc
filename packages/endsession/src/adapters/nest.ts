/** A guard for Nest 11, on Express and on Fastify, and what controllers do with a session. */
import type { ServerResponse } from "node:http";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import { type Acts, actsOn } from "./acts.ts";
import { protect as protectOnNode } from "./connect.ts";
import { protect as protectOnFastify } from "./fastify.ts";
import type { FastifyReplyLike } from "./fastify-reply.ts";
import {
  carrierOf,
  isOfFastify,
  type NestGuard,
  type NestRequest,
  type NestResponse,
} from "./nest-context.ts";

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

/** What controllers do with a session. */
export const acts: NestActs = actsOn(carrierOf);
export type NestActs = Acts<[req: NestRequest, res: NestResponse]>;
