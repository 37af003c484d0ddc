/** Middleware for Hono 4. */
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import { type Acts, actsOn, answer } from "./visit.ts";

/** A context of Hono, as much of it as is used. */
export interface HonoContextLike {
  readonly req: {
    readonly raw: Request;
    /** Bodies that were read before. */
    readonly bodyCache: { readonly formData?: FormData | Promise<FormData> };
    text(): Promise<string>;
  };
  readonly finalized: boolean;
  get res(): Response;
  set res(response: Response | undefined);
  set(key: "session", session: Session): void;
}

/** A middleware. */
export type HonoMiddleware<Context> = (
  c: Context,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/** What `c.get("session")` gives: `new Hono<SessionEnv>()`. */
export interface SessionEnv {
  Variables: { session: Session };
}

/** How the runtime tells addresses, such as `getConnInfo` of `@hono/node-server/conninfo`. */
export interface MountOptions<Context> {
  /** Gives the address of the connection (default unknown). */
  readonly getConnInfo?: (c: Context) => {
    readonly remote: { readonly address?: string | undefined };
  };
}

/** What handlers do; see {@link Acts}. */
export const acts: Acts<HonoContextLike> = actsOn((c) => ({ request: c.req.raw, holder: c }));

/** Answers the routes of endsession and passes everything else on: `app.use(mount(endsession))`. */
export function mount<Context extends HonoContextLike>(
  endsession: EndSession,
  { getConnInfo }: MountOptions<Context> = {},
): HonoMiddleware<Context> {
  return async (c, next) => {
    const address = getConnInfo?.(c).remote.address ?? null;
    const response = await answer(endsession, await unread(c), c, address, async () => {
      await next();
      return c.res;
    });
    // Hono would put the headers of the former response in the place of the new ones.
    if (c.finalized) c.res = undefined;
    c.res = response;
    return undefined;
  };
}

/** Lets only requests with a live session through; `c.get("session")` then gives it. */
export function protect<Context extends HonoContextLike>(
  endsession: EndSession,
  options: GuardOptions = {},
): HonoMiddleware<Context> {
  return async (c, next) => {
    const refusal = await acts.check(endsession, c, options);
    if (refusal) return refusal;
    c.set("session", acts.sessionOf(c));
    await next();
    return undefined;
  };
}

/** The request, with the body that a middleware has read before. */
async function unread({ req }: HonoContextLike): Promise<Request> {
  const { raw, bodyCache } = req;
  if (!raw.bodyUsed) return raw;
  const form = await bodyCache.formData;
  const body = form ? new URLSearchParams([...form] as [string, string][]) : await req.text();
  return new Request(raw.url, { method: raw.method, headers: raw.headers, body });
}
