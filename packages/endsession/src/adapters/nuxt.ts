/** Event handlers of h3, for Nuxt 4 and Nitro 2 on Node.js. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Session } from "../core/session.ts";
import type { GuardOptions } from "../http/guard.ts";
import { type Acts, actsOn } from "./acts.ts";
import { sessionOf as sessionOfNode } from "./checked.ts";
import { type Middleware, mount as mountOnNode, protect as protectOnNode } from "./connect.ts";
import { carrierOf } from "./node.ts";
import { type IsPrivate, isPrivatePath } from "./private-paths.ts";
import { opened, type Opening } from "./visit.ts";

/** An event of h3, as much of it as is used. */
export interface H3EventLike {
  /** The path by which h3 looks for a handler. */
  readonly path: string;
  readonly node: { readonly req: IncomingMessage; readonly res: ServerResponse };
}

/** What `defineEventHandler` takes: resolves to nothing when the request goes on. */
export type EventHandler = (event: H3EventLike) => Promise<void>;

/** How {@link protect} checks. */
export interface ProtectOptions extends GuardOptions {
  /**
   * Whether nobody passes without a session (default everywhere). Is asked about a path in all its
   * forms, decoded and in lower case too: the router of Nuxt ignores case.
   */
  readonly isPrivate?: IsPrivate;
}

/** What event handlers do. */
export const acts: Acts<[event: H3EventLike]> = actsOn(({ node }) => carrierOf(node.req, node.res));

/** The session of a request behind {@link protect}. Throws a TypeError elsewhere. */
export function sessionOf({ node }: H3EventLike): Session {
  return sessionOfNode(node.req);
}

/** Answers the routes of endsession and passes everything else on. */
export function mount(of: Opening): EventHandler {
  return async (event) => pass(event, mountOnNode(await opened(of)));
}

/** Lets only requests with a live session through; {@link sessionOf} then gives it. */
export function protect(
  of: Opening,
  { isPrivate = () => true, ...options }: ProtectOptions = {},
): EventHandler {
  return async (event) => {
    // h3 decodes the one and not the other, and takes the base URL from both.
    const paths = [event.path, event.node.req.url ?? ""].map(pageOf);
    if (paths.some((path) => isPrivatePath(isPrivate, path)))
      await pass(event, protectOnNode(await opened(of), options));
  };
}

/** The page of a path: its data lie below it, where Nuxt caches pages. */
function pageOf(url: string): string {
  const [path = ""] = url.split("?");
  return path.replace(/\/_payload\.js(?:on)?$/, "") || "/";
}

/** Waits until the request goes on, or is answered: h3 leaves an answer alone that it finds. */
function pass({ node: { req, res } }: H3EventLike, middleware: Middleware): Promise<void> {
  return new Promise((resolve, reject) => {
    res.once("close", resolve);
    middleware(req, res, (error) => {
      res.off("close", resolve);
      if (error === undefined) resolve();
      else reject(error as Error);
    });
  });
}
