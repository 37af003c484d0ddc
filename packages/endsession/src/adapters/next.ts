/** For Next.js 16: route handlers and `proxy.js`. */
import type { Session } from "../core/session.ts";
import type { GuardOptions } from "../http/guard.ts";
import * as plain from "./fetch.ts";
import { requestCookies } from "./next-cookies.ts";
import { headOf } from "./next-head.ts";
import { type IsPrivate, isPrivatePath } from "./private-paths.ts";
import { opened, type Opening } from "./visit.ts";

/** A route handler. */
export type RouteHandler<Context> = (request: Request, context: Context) => Promise<Response>;

/** What a catch-all route exports. */
export type Mounted = Readonly<
  Record<"GET" | "POST" | "DELETE" | "OPTIONS", (request: Request) => Promise<Response>>
>;

/** `NextResponse` of `next/server`, as much of it as is used. */
export interface NextResponseLike {
  next(init?: { readonly request: { readonly headers: Headers } }): Response;
}

/** `NextRequest` of `next/server`, as much of it as is used. */
interface NextRequestLike extends Request {
  readonly nextUrl?: { readonly pathname: string };
}

/** How `proxy.js` checks. */
export interface ProxyOptions extends Omit<GuardOptions, "remember"> {
  /**
   * Whether nobody passes without a session (default everywhere that `proxy` runs). Is asked about a
   * path in all its forms, decoded and in lower case too.
   */
  readonly isPrivate?: IsPrivate;
}

/** The routes of endsession: `export const { GET, POST, DELETE, OPTIONS } = mount(open)`. */
export function mount(of: Opening): Mounted {
  const handle = async (request: Request): Promise<Response> => {
    const routes = plain.mount(await opened(of));
    const same = request.bodyUsed ? request : new Request(headOf(request).url, request);
    return (await routes(same)) ?? new Response("Not Found", { status: 404 });
  };
  return { GET: handle, POST: handle, DELETE: handle, OPTIONS: handle };
}

/** A route handler for requests with a live session only, which is in its context. */
export function protect<Context extends object>(
  of: Opening,
  handler: RouteHandler<Context & { readonly session: Session }>,
  options: GuardOptions = {},
): RouteHandler<Context> {
  return async (request, context) => {
    const checked = await plain.protect(await opened(of), headOf(request), options);
    if (checked.refusal) return checked.refusal;
    const answer = await handler(request, { ...context, session: checked.session });
    return plain.withCookies(answer, checked.cookies);
  };
}

/**
 * A `proxy` for pages: private ones are for live sessions only, and a remembered device is signed
 * in on the way to any of them, since a page itself cannot set cookies.
 */
export function proxy(
  of: Opening,
  response: NextResponseLike,
  { isPrivate = () => true, ...options }: ProxyOptions = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    const endsession = await opened(of);
    const head = headOf(request);
    const { pathname } = new URL(head.url);
    // Without `basePath` and language, as Next.js looks for the page.
    const { pathname: page = pathname } = (request as NextRequestLike).nextUrl ?? {};
    if (endsession.handler.handles(request.method, pathname)) return response.next();
    // What Next fetches ahead is not the person's doing.
    const activity = !request.headers.has("next-router-prefetch") && options.activity;
    const guard = { ...options, ...(activity === undefined ? {} : { activity }) };
    let found: plain.WithCookies & { readonly session: Session | null };
    const isClosed = [pathname, page].some((path) => isPrivatePath(isPrivate, path));
    if (isClosed) {
      const checked = await plain.protect(endsession, head, guard);
      if (checked.refusal) return absolute(checked.refusal, request.url);
      found = checked;
    } else {
      // Whoever needs to know asks again, and is told that the store does not answer.
      const nobody = { session: null, cookies: [] };
      found = await plain.currentSession(endsession, head, guard).catch(() => nobody);
    }
    if (found.session === null || found.cookies.length === 0) {
      // A page that was built ahead would be cached for everybody.
      return isClosed ? plain.withCookies(response.next(), []) : response.next();
    }
    const headers = requestCookies(request.headers, found.cookies);
    return plain.withCookies(response.next({ request: { headers } }), found.cookies);
  };
}

/** Next takes no relative `Location` from a proxy. */
function absolute(answer: Response, url: string): Response {
  const location = answer.headers.get("location");
  if (location !== null) answer.headers.set("location", new URL(location, url).href);
  return answer;
}
