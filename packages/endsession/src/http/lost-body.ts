/** A body that something else has read before the routes could. */
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";
import type { Route } from "./route.ts";

/** The error to throw, after what could be done without the body was done. */
export async function lostBody(exchange: Exchange, route: Route): Promise<Problem> {
  const cookies = (await route.withoutBody?.(exchange)) ?? [];
  const done = route.withoutBody
    ? "This device is logged out all the same; what else the body asked for is not known."
    : "Nothing was changed.";
  const detail =
    "The body of this request was read before endsession's routes saw it. " +
    `${done} Mount endsession before whatever reads bodies.`;
  exchange.http.core.logger.error({ method: route.method, path: route.path }, detail);
  return new Problem("internal", { detail, cookies, mustBeRead: true });
}
