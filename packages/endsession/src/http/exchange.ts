/**
 * One request as the routes see it: which credentials it presents and by which transport, where
 * it comes from, and whether a person or a program waits for the answer.
 */
import type { Context } from "../core/context.ts";
import type { Presented } from "../core/resolve.ts";
import type { RequestFacts } from "../core/settings.ts";
import { countCookies, readCookie } from "./cookie.ts";
import { crossSiteRefusal } from "./cross-site.ts";
import type { Incoming } from "./incoming.ts";
import { Problem } from "./problem.ts";
import type { Cookies, HttpSettings, RequestHead } from "./settings.ts";

/** What the HTTP surface works with. */
export interface Http {
  readonly core: Context;
  readonly settings: HttpSettings;
}

/** What the connection tells. */
export interface ClientInfo {
  /** The client's address; null where unknown. */
  readonly address: string | null;
}

/** A request, read once. */
export interface Exchange {
  readonly http: Http;
  readonly head: RequestHead;
  readonly url: URL;
  /** The application's own origin, for this request. */
  readonly origin: string;
  readonly tenantId: string;
  readonly facts: RequestFacts;
  /** The bearer token; with one, cookies count for nothing (CS-07). Empty when malformed. */
  readonly bearer: string | null;
  /** The values of the session cookie: more than one when twins exist. */
  readonly sessionTokens: readonly string[];
  readonly rememberMeTokens: readonly string[];
  /** Refresh tokens in the cookie of single-page applications. */
  readonly refreshTokens: readonly string[];
  /** Whether there is such a cookie: then no answer tells the refresh token to a script. */
  readonly refreshInCookie: boolean;
  readonly cookies: Cookies;
  /** Whether a browser sent it: it carries cookies or Fetch Metadata. */
  readonly fromBrowser: boolean;
  /** Whether the answer is to be a page rather than JSON. */
  readonly wantsPage: boolean;
}

/** Longer headers are refused, in bytes. */
export const maxHeaderLength: number = 8192;
/** More cookies are refused. */
export const maxCookies: number = 50;
const localHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Reads a request. Throws a {@link Problem} when its headers are beyond all use. */
export function readExchange(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
  url: URL = urlOf(head),
): Exchange {
  const { settings } = http;
  const header = (name: string): string | null => limited(name, head.headers.get(name));
  const cookieHeader = header("cookie");
  if (countCookies(cookieHeader) > maxCookies) {
    throw new Problem("headersTooLarge", {
      detail: `The request carries more than ${maxCookies} cookies. Clear this site's cookies.`,
    });
  }
  const cookies = cookiesFor(http, head);
  const refreshTokens = readCookie(cookieHeader, cookies.refresh.name);
  const authorization = header("authorization");
  const accept = header("accept") ?? "";
  const isJson = (header("content-type") ?? "").startsWith("application/json");
  return {
    http,
    head,
    url,
    origin: settings.origin?.origin ?? url.origin,
    tenantId: settings.tenant(head),
    facts: {
      address: settings.clientAddress(head, info.address),
      userAgent: header("user-agent"),
      brands: header("sec-ch-ua"),
      platform: header("sec-ch-ua-platform"),
      platformVersion: header("sec-ch-ua-platform-version"),
    },
    bearer: authorization === null ? null : bearerToken(authorization, cookieHeader !== null),
    sessionTokens: readCookie(cookieHeader, cookies.session.name),
    rememberMeTokens: readCookie(cookieHeader, cookies.rememberMe.name),
    refreshTokens,
    refreshInCookie: refreshTokens.length > 0,
    cookies,
    fromBrowser: cookieHeader !== null || header("sec-fetch-site") !== null,
    wantsPage: (accept.includes("text/html") || header("sec-fetch-mode") === "navigate") && !isJson,
  };
}

function urlOf({ url }: RequestHead): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new Problem("invalidRequest", { detail: "The request names no host that there could be." });
}

/** The credentials that a request presents as its session, by the one transport that counts. */
export function presentedBy(exchange: Exchange): Presented[] {
  const { bearer, sessionTokens } = exchange;
  if (bearer !== null) return [{ kind: "access_token", token: bearer }];
  return sessionTokens.map((token) => ({ kind: "session_token", token }));
}

/** Throws unless the request may change something (CS-01). A bearer token cannot be forged in. */
export function refuseCrossSite(exchange: Exchange): void {
  if (exchange.bearer !== null) return;
  const { head, origin, http } = exchange;
  const refusal = crossSiteRefusal({
    headers: head.headers,
    origin,
    trusted: http.settings.trustedOrigins,
    hasCookie: head.headers.get("cookie") !== null,
  });
  if (refusal === null) return;
  http.core.logger.warn({ address: exchange.facts.address, refusal }, "cross-site request refused");
  throw new Problem("originRefused", { detail: `${refusal} Nothing was changed.` });
}

/** Throws when any header is longer than 8 KiB, those that nobody reads included. */
export function refuseLongHeaders({ headers }: Incoming): void {
  for (const [name, value] of headers) limited(name, value);
}

function limited(name: string, value: string | null): string | null {
  if (value === null || value.length <= maxHeaderLength) return value;
  throw new Problem("headersTooLarge", {
    detail: `The header ${name} is longer than ${maxHeaderLength} bytes.`,
  });
}

/** A script's "Bearer undefined" beside a cookie is a slip: the cookie is what is meant. */
function bearerToken(authorization: string, hasCookie: boolean): string | null {
  const match = /^bearer(?:[ \t]+(.*))?$/i.exec(authorization.trim());
  if (!match) return null;
  const token = (match[1] ?? "").trim();
  return hasCookie && /^(?:null|undefined)?$/.test(token) ? null : token;
}

/** The cookies as a request of this head is given them. */
export function cookiesFor(http: Http, head: RequestHead): Cookies {
  return http.settings.cookiesOver[isSecure(http, head) ? "https" : "http"];
}

/** Whether cookies are Secure and prefixed: always, but for plain http on this very machine. */
function isSecure({ settings, core }: Http, head: RequestHead): boolean {
  const { protocol, hostname } = settings.origin ?? originOf(head.url);
  if (protocol === "https:") return true;
  if (localHosts.has(hostname) || hostname.endsWith(".localhost")) return false;
  if (!warned.has(core)) {
    warned.add(core);
    core.logger.warn(
      { host: hostname },
      'Requests arrive by plain http, where browsers drop Secure cookies. Set "origin" to the ' +
        "public https address of the application.",
    );
  }
  return true;
}

/** The origins of URLs, parsed once: a process is asked under a few names only. */
const origins = new Map<string, URL>();
const mostOrigins = 100;

function originOf(url: string): URL {
  const end = url.indexOf("/", url.indexOf("//") + 2);
  const text = end < 0 ? url : url.slice(0, end);
  const known = origins.get(text);
  if (known) return known;
  const origin = new URL(text);
  if (origins.size >= mostOrigins) origins.clear();
  origins.set(text, origin);
  return origin;
}

const warned = new WeakSet<Context>();
