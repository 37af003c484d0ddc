/**
 * The check of an ordinary request, answered from memory at once: a safe method, one credential,
 * nothing odd. Everything else is undefined, and the whole check follows.
 */
import { recall } from "../core/live/recall.ts";
import type { Presented } from "../core/resolve.ts";
import type { Session } from "../core/session.ts";
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
  const { headers } = head;
  const answer = recall(core, {
    presented,
    tenantId: settings.tenant(head),
    activity: options.activity ?? true,
    request: {
      address: settings.clientAddress(head, info.address),
      userAgent: headers.get("user-agent"),
      brands: headers.get("sec-ch-ua"),
      platform: headers.get("sec-ch-ua-platform"),
      platformVersion: headers.get("sec-ch-ua-platform-version"),
    },
  });
  if (answer?.outcome === "live") return answer.session;
  return answer?.outcome === "stale" && options.allowStale === true ? answer.session : undefined;
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
  const token = onlyValue(cookies, session.name);
  if (token === undefined || isTwice(cookies, rememberMe.name)) return undefined;
  return { kind: "session_token", token };
}

/** The value of a cookie that a header has once, in its usual form, among not too many. */
function onlyValue(header: string, name: string): string | undefined {
  const at = header.indexOf(name);
  const begin = at + name.length + 1;
  if (at < 0 || header[begin - 1] !== "=" || isTwice(header, name)) return undefined;
  if (at > 0 && !(header[at - 1] === " " && header[at - 2] === ";")) return undefined;
  let separators = 0;
  for (let next = header.indexOf(";"); next >= 0; next = header.indexOf(";", next + 1)) {
    separators += 1;
  }
  if (separators >= maxCookies) return undefined;
  const end = header.indexOf(";", begin);
  return end < 0 ? header.slice(begin) : header.slice(begin, end);
}

function isTwice(header: string, name: string): boolean {
  const at = header.indexOf(name);
  return at >= 0 && header.includes(name, at + 1);
}
