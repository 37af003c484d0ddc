/**
 * The check of an ordinary request, answered from memory at once: a safe method, one credential,
 * nothing odd. Everything else is undefined, and the whole check follows.
 */
import { recall } from "../core/live/recall.ts";
import type { Presented } from "../core/resolve.ts";
import type { Session } from "../core/session.ts";
import type { RequestFacts } from "../core/settings.ts";
import { readLoneCookie } from "./cookie.ts";
import { safeMethods } from "./cross-site.ts";
import { type ClientInfo, cookiesFor, type Http, maxCookies, maxHeaderLength } from "./exchange.ts";
import type { GuardOptions } from "./guard.ts";
import type { RequestHead } from "./settings.ts";

/** The session of a request, if memory can tell. Never throws. */
export function recallRequest(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
  options: GuardOptions,
): Session | undefined {
  try {
    return recallOrdinary(http, head, info, options);
  } catch {
    // A function of the application has failed; the whole check meets it again, and tells.
    return undefined;
  }
}

function recallOrdinary(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
  options: GuardOptions,
): Session | undefined {
  if (options.fresh === true || !safeMethods.has(head.method)) return undefined;
  const presented = presentedBy(http, head);
  if (presented === undefined) return undefined;
  const { settings, core } = http;
  const answer = recall(core, {
    presented,
    tenantId: settings.tenant(head),
    activity: options.activity ?? true,
    // An access token is bound to no device: only the application might want to know.
    request:
      presented.kind === "access_token" && core.settings.detect === null
        ? noFacts
        : factsOf(http, head, info),
  });
  if (answer?.outcome === "live") return answer.session;
  return answer?.outcome === "stale" && options.allowStale === true ? answer.session : undefined;
}

const noFacts: RequestFacts = { address: null, userAgent: null };

function factsOf({ settings, core }: Http, head: RequestHead, info: ClientInfo): RequestFacts {
  const { headers } = head;
  return {
    // A device is known by its agent: where it is, only the application might want to know.
    address: core.settings.detect === null ? null : settings.clientAddress(head, info.address),
    userAgent: headers.get("user-agent"),
    brands: headers.get("sec-ch-ua"),
    platform: headers.get("sec-ch-ua-platform"),
    platformVersion: headers.get("sec-ch-ua-platform-version"),
  };
}

function presentedBy(http: Http, head: RequestHead): Presented | undefined {
  const authorization = head.headers.get("authorization");
  if (authorization !== null) {
    const isPlain = authorization.startsWith("Bearer ") && authorization.length <= maxHeaderLength;
    return isPlain ? { kind: "access_token", token: authorization.slice(7) } : undefined;
  }
  const cookies = head.headers.get("cookie");
  if (cookies === null || cookies.length > maxHeaderLength) return undefined;
  const { session, rememberMe } = cookiesFor(http, head);
  const token = readLoneCookie(cookies, session.name, rememberMe.name, maxCookies);
  return token === undefined ? undefined : { kind: "session_token", token };
}
