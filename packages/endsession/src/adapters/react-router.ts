/** Middleware of React Router 7 in framework mode. */
import type { GuardOptions } from "../http/guard.ts";
import { type Acts, actsOn } from "./acts.ts";
import { answer, carrierOf, check, type Opening } from "./visit.ts";

/** What middleware, loaders and actions are handed, as much of it as is used. */
export interface ReactRouterArgs {
  readonly request: Request;
  readonly context: object;
}

/** A middleware on the server. */
export type ReactRouterMiddleware = (
  args: ReactRouterArgs,
  next: () => Promise<Response>,
) => Promise<Response>;

/** What loaders and actions do. */
export const acts: Acts<[args: ReactRouterArgs]> = actsOn(({ request, context }) =>
  carrierOf(request, context),
);

/** The middleware of the root route that answers the routes of endsession, and sets the cookies. */
export function mount(
  of: Opening,
  /** Gives the address of a request's connection (default unknown). */
  addressOf: (args: ReactRouterArgs) => string | null = () => null,
): ReactRouterMiddleware {
  return async (args, next) => answer(of, args.request, args.context, addressOf(args), next);
}

/** The middleware, below {@link mount}, that lets only requests with a live session through. */
export function protect(of: Opening, options: GuardOptions = {}): ReactRouterMiddleware {
  return async ({ request, context }, next) =>
    (await check(of, request, context, options)) ?? next();
}
