/**
 * A request on its way through a framework whose handlers make the response themselves: what is
 * known of its sender, and the cookies that its answer is to carry. Kept on the framework's context.
 */
import type { EndSession } from "../endsession.ts";
import type { ClientInfo } from "../http/exchange.ts";
import type { GuardOptions } from "../http/guard.ts";
import type { RequestHead } from "../http/settings.ts";
import type { Carrier } from "./acts.ts";
import { keepSession } from "./checked.ts";
import * as plain from "./fetch.ts";

/** An installation, or what opens it at the first request and no earlier. */
export type Opening = EndSession | (() => Promise<EndSession>);

/** The installation, opened. */
export function opened(of: Opening): EndSession | Promise<EndSession> {
  return typeof of === "function" ? of() : of;
}

interface Visit {
  readonly client: ClientInfo;
  readonly cookies: string[];
  /** Whether the answer depends on who asks. */
  personal: boolean;
}

/** On the context itself: a WeakMap of all requests makes every garbage collection dearer. */
const visit = Symbol("visit");

interface Holder {
  [visit]?: Visit;
}

function visitOf(holder: object): Visit {
  const found = (holder as Holder)[visit];
  if (found) return found;
  throw new TypeError(
    "This request did not pass mount() of endsession, which sets its cookies. Put mount() before " +
      "everything else, for all paths.",
  );
}

/**
 * Answers the routes of endsession; elsewhere lets the application answer, and sets the cookies.
 * `holder` goes with the request from its beginning to its end.
 */
export async function answer(
  of: Opening,
  request: Request,
  holder: object,
  address: string | null,
  next: () => Promise<Response>,
): Promise<Response> {
  const client = { address };
  const own = plain.mount(await opened(of))(request, client);
  if (own) return own;
  const current: Visit = { client, cookies: [], personal: false };
  (holder as Holder)[visit] = current;
  const response = await next();
  return current.personal ? plain.withCookies(response, current.cookies) : response;
}

/** Checks a request. Gives the answer that refuses it; or null, and then `sessionOf` a session. */
export async function check(
  of: Opening,
  head: RequestHead,
  holder: object,
  options: GuardOptions,
): Promise<Response | null> {
  const { client } = visitOf(holder);
  const checked = await plain.protect(await opened(of), head, options, client);
  if (checked.refusal) return checked.refusal;
  carrierOf(head, holder).setCookies(checked.cookies);
  keepSession(holder, checked.session);
  return null;
}

/** What the functions of an adapter work on. */
export function carrierOf(head: RequestHead, holder: object): Carrier {
  const current = visitOf(holder);
  return {
    head,
    client: current.client,
    request: holder,
    headSent: false,
    setCookies(cookies) {
      current.cookies.push(...cookies);
      current.personal = true;
    },
  };
}
