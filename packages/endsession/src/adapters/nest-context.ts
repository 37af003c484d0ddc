/** Requests and responses of Nest 11, as much of them as is used: of Express, or of Fastify. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Carrier } from "./acts.ts";
import {
  carrierOf as carrierOfFastify,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from "./fastify-reply.ts";
import { carrierOf as carrierOfNode } from "./node.ts";

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

/** Whether Nest runs on Fastify. */
export function isOfFastify(req: NestRequest): req is FastifyRequestLike {
  return "raw" in req;
}

/** A request and its response, for the functions that controllers call. */
export function carrierOf(req: NestRequest, res: NestResponse): Carrier {
  return isOfFastify(req)
    ? carrierOfFastify(req, res as FastifyReplyLike)
    : carrierOfNode(req, res as ServerResponse);
}
