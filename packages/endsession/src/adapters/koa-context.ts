/** A context of Koa 3, as much of it as is used, and what Koa needs to be told. */
import type { ServerResponse } from "node:http";
import type { Answer } from "../http/answer.ts";
import { type NodeRequest, send } from "./node.ts";

/** A context of Koa, as much of it as is used. */
export interface KoaContextLike {
  readonly req: NodeRequest;
  readonly res: ServerResponse;
  readonly request: { readonly body?: unknown };
  /** The URL before koa-mount stripped its path. */
  readonly originalUrl: string;
  respond?: boolean | undefined;
}

/** Goes on to the next middleware. */
export type Next = () => Promise<unknown>;

/** Its request, with the URL that it came with. */
export function requestOf({ req, originalUrl }: KoaContextLike): NodeRequest {
  return Object.assign(req, { originalUrl });
}

/** Sends past Koa, by what sees to event streams, and to bodies that nobody has read. */
export async function answer(ctx: KoaContextLike, answered: Answer): Promise<void> {
  ctx.respond = false;
  await send(answered, ctx.req, ctx.res);
}

/** When a handler throws, Koa drops all headers: but a remembered device has spent its token. */
export async function keepingCookies({ res }: KoaContextLike, next: Next): Promise<unknown> {
  try {
    return await next();
  } catch (error) {
    const cookies = res.getHeader("set-cookie");
    if (error instanceof Error) {
      const { headers } = error as Error & { headers?: object };
      const ours = { "cache-control": "no-store", ...(cookies && { "set-cookie": cookies }) };
      Object.assign(error, { headers: { ...headers, ...ours } });
    }
    throw error;
  }
}
