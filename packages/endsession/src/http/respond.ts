/** Answers: JSON to programs, redirects and pages to people. */
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { Counted } from "./rate-limit.ts";

/** What an answer carries besides its body. */
export interface Extras {
  readonly status?: number;
  /** Set-Cookie headers, one each. */
  readonly cookies?: readonly string[];
  readonly counted?: Counted;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON answer. */
export function json(body: unknown, extras: Extras = {}): Answer {
  const headers = headersOf({ "content-type": "application/json" }, extras);
  const { status = 200, cookies = [] } = extras;
  return { status, headers, cookies, body: JSON.stringify(body) };
}

/** A 303: the browser goes on with a GET (RFC 9110 section 15.4.4). */
export function seeOther(location: string, extras: Extras = {}): Answer {
  const headers = headersOf({ location }, extras);
  return { status: 303, headers, cookies: extras.cookies ?? [], body: null };
}

/** A path of this very site, or the fallback: nobody is sent elsewhere (ASVS 3.7.2). */
export function localPath(exchange: Exchange, next: string | undefined, fallback: string): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return fallback;
  const url = URL.canParse(next, exchange.origin) ? new URL(next, exchange.origin) : null;
  // Dot segments vanish when a URL is read: "/.//host" must not come out as "//host".
  if (url?.origin !== exchange.origin || url.pathname.startsWith("//")) return fallback;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Where a logout leads: an allowed address, compared exactly, or the configured page (LO-08). */
export function afterLogout(exchange: Exchange, next: string | undefined): string {
  const { pages } = exchange.http.settings;
  return next !== undefined && pages.allowed.includes(next) ? next : pages.loggedOut;
}

function headersOf(own: Readonly<Record<string, string>>, extras: Extras): Record<string, string> {
  return { ...own, ...extras.headers, ...extras.counted?.headers };
}
