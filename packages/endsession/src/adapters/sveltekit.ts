/** `handle` hooks of SvelteKit 2. */
import type { GuardOptions } from "../http/guard.ts";
import type { RequestHead } from "../http/settings.ts";
import { type Acts, actsOn } from "./acts.ts";
import { type IsPrivate, isPrivatePath } from "./private-paths.ts";
import { answer, carrierOf, check, type Opening } from "./visit.ts";

/** An event of SvelteKit, as much of it as is used. */
export interface SvelteKitEvent {
  readonly request: Request;
  /** The page that was asked for, also where only its data is. */
  readonly url: URL;
  readonly locals: object;
  readonly isDataRequest: boolean;
  getClientAddress(): string;
}

/** A `handle` hook. */
export type Handle = <Event extends SvelteKitEvent>(input: {
  readonly event: Event;
  readonly resolve: (event: Event) => Response | Promise<Response>;
}) => Promise<Response>;

/** How {@link protect} checks. */
export interface ProtectOptions extends GuardOptions {
  /**
   * Whether nobody passes without a session (default everywhere). Is asked about a path in all its
   * forms, decoded and in lower case too.
   */
  readonly isPrivate?: IsPrivate;
}

/** What actions, `load` functions and endpoints do. */
export const acts: Acts<[event: SvelteKitEvent]> = actsOn((event) =>
  carrierOf(headOf(event), event.locals),
);

/** The hook that answers the routes of endsession, and sets the cookies elsewhere. */
export function mount(of: Opening): Handle {
  return async ({ event, resolve }) =>
    answer(of, event.request, event.locals, event.getClientAddress(), async () => resolve(event));
}

/** The hook, behind {@link mount}, that lets only requests with a live session through. */
export function protect(
  of: Opening,
  { isPrivate = () => true, ...options }: ProtectOptions = {},
): Handle {
  return async ({ event, resolve }) => {
    if (!isPrivatePath(isPrivate, event.url.pathname)) return resolve(event);
    // Whoever goes from page to page by script is a person as well.
    const page = options.page ?? (event.isDataRequest || undefined);
    const guard = { ...options, ...(page === undefined ? {} : { page }) };
    return (await check(of, headOf(event), event.locals, guard)) ?? resolve(event);
  };
}

function headOf({ request: { method, headers }, url }: SvelteKitEvent): RequestHead {
  return { method, headers, url: url.href };
}
