/** Middleware for Hono 4. */
import type { Session } from "../core/session.ts";
import type { EndSession } from "../endsession.ts";
import type { GuardOptions } from "../http/guard.ts";
import { type Acts, actsOn } from "./acts.ts";
import { sessionOf } from "./checked.ts";
import { answer, carrierOf, check } from "./visit.ts";

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

/** What handlers do. */
export const acts: Acts<[c: HonoContextLike]> = actsOn((c) => carrierOf(c.req.raw, c));

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
    return settle(c, response);
  };
}

/** Lets only requests with a live session through; `c.get("session")` then gives it. */
export function protect<Context extends HonoContextLike>(
  endsession: EndSession,
  options: GuardOptions = {},
): HonoMiddleware<Context> {
  return async (c, next) => {
    const refusal = await check(endsession, c.req.raw, c, options);
    if (refusal) return settle(c, refusal);
    c.set("session", sessionOf(c));
    await next();
    return undefined;
  };
}

/** The request, with the body that a middleware has read before. */
async function unread({ req }: HonoContextLike): Promise<Request> {
  const { raw, bodyCache } = req;
  if (!raw.bodyUsed || Object.keys(bodyCache).length === 0) return raw;
  const form = await bodyCache.formData;
  const body = form ? new URLSearchParams([...form] as [string, string][]) : await req.text();
  return new Request(raw.url, { method: raw.method, headers: raw.headers, body });
}

/** Answers, beside the headers set so far: by itself Hono puts their cookies in the place of ours. */
function settle(c: HonoContextLike, response: Response): undefined {
  if (!c.finalized) {
    for (const [name, value] of c.res.headers) {
      if (name === "set-cookie") response.headers.append(name, value);
      else if (!response.headers.has(name)) response.headers.set(name, value);
    }
  }
  c.res = undefined;
  c.res = response;
}
