/**
 * What `GET /verify` answers when a request passes. A proxy asks before every other request, so an
 * ordinary question is answered from memory, without a fetch `Request`.
 */
import { recallIdentity } from "../core/identity.ts";
import type { Session } from "../core/session.ts";
import type { ClientInfo, Http } from "./exchange.ts";
import { recallRequest } from "./recall.ts";
import type { RequestHead } from "./settings.ts";

/** Its path, below the base path. */
export const verifyPath = "/verify";
/** Its body. */
export const verifiedBody: { readonly ok: true } = { ok: true };
/** The same as it is sent. */
export const verifiedText: string = JSON.stringify(verifiedBody);

/** The headers that name a session, and with `identity` prove it. */
export function identityHeaders(session: Session, identity: string | null): Record<string, string> {
  const headers: Record<string, string> = {
    "x-auth-user": encodeURIComponent(session.userId),
    "x-auth-session": session.id,
    "x-auth-tenant": encodeURIComponent(session.tenantId),
  };
  if (identity !== null) headers["x-auth-jwt-assertion"] = identity;
  return headers;
}

/** All headers of the answer, if memory can tell that the request passes. Never throws. */
export function recallVerified(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
): Readonly<Record<string, string>> | undefined {
  try {
    return recallOrdinary(http, head, info);
  } catch {
    // The route meets it again, and answers for it.
    return undefined;
  }
}

function recallOrdinary(
  http: Http,
  head: RequestHead,
  info: ClientInfo,
): Readonly<Record<string, string>> | undefined {
  const { settings, core } = http;
  if (head.method !== "GET" && head.method !== "HEAD") return undefined;
  if (settings.trustedOrigins.length > 0) return undefined; // Their headers are the handler's.
  const session = recallRequest(http, head, info, { remember: false });
  if (!session) return undefined;
  const signs = core.settings.identityAudience !== null;
  const identity = signs ? recallIdentity(core, session) : null;
  if (identity === undefined) return undefined;
  return {
    "content-type": "application/json",
    "content-length": String(verifiedText.length),
    ...identityHeaders(session, identity),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
  };
}
