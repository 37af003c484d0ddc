/**
 * Looks at a credential without using it: nothing is spent, confirmed or moved. For operators, who
 * have a token in hand and ask whether it still opens anything, and if not, why.
 */
import { verifyAccessToken } from "./access-token.ts";
import type { Context } from "./context.ts";
import {
  hashSecret,
  isSessionToken,
  parseRefreshToken,
  parseRememberMeToken,
} from "./credential.ts";
import { reportOf } from "./look-up.ts";
import { resolveAny } from "./resolve.ts";
import { seriesEnd } from "./series.ts";
import type { Session } from "./session.ts";
import type { EndReason } from "../protocol/reasons.ts";

/** What a text turned out to be. */
export type CredentialKind =
  | "session_token"
  | "access_token"
  | "refresh_token"
  | "remember_me_token"
  | "unknown";

/** Why a credential is not accepted. */
export type Refusal =
  | EndReason
  /** The checksum or the signature is wrong, or it is no credential at all. */
  | "malformed"
  /** The store knows nothing of it: of another tenant or installation, or cleared away. */
  | "not_found"
  /** A refresh or remember-me token whose successor has been handed out. */
  | "spent"
  /** Past its own expiry; its session may live. */
  | "token_expired"
  /** Live, but a fresh proof of identity is demanded first. */
  | "reauthentication_demanded";

/** What is known of a credential. Times are milliseconds since 1970. */
export interface Inspection {
  readonly kind: CredentialKind;
  /** Whether its checksum, or an access token's signature, is good. */
  readonly genuine: boolean;
  readonly live: boolean;
  /** Null while it is live. */
  readonly reason: Refusal | null;
  readonly tenantId: string;
  readonly userId: string | null;
  /** Its session, dead or alive; null where none was found, and for a remember-me token. */
  readonly session: Session | null;
  readonly expiresAt: number | null;
  /** The audit record of the end, where there is one. */
  readonly auditId: string | null;
}

/** Inspects any text. */
export async function inspect(
  context: Context,
  { tenantId, token }: { readonly tenantId: string; readonly token: string },
): Promise<Inspection> {
  if (token.startsWith("es_m_")) return inspectRememberMe(context, tenantId, token);
  const kind = kindOf(token);
  if (kind !== "access_token") {
    const genuine = isSessionToken(token) || parseRefreshToken(token) !== null;
    if (!genuine) return nothing(kind, tenantId, "malformed");
    return { ...(await inspectSession(context, tenantId, token)), kind };
  }
  const verified = await verifyAccessToken(context, token);
  if (verified.outcome === "forged") return nothing(kind, tenantId, "malformed");
  const { tenantId: own, exp } = verified.claims;
  const found = await inspectSession(context, own, token);
  const expiresAt = Math.min(exp * 1000, found.expiresAt ?? Number.POSITIVE_INFINITY);
  return { ...found, kind, expiresAt };
}

function kindOf(token: string): CredentialKind {
  if (token.startsWith("es_s_")) return "session_token";
  if (token.startsWith("es_r_")) return "refresh_token";
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? "access_token" : "unknown";
}

/** What the session of a genuine token says. */
async function inspectSession(
  context: Context,
  tenantId: string,
  token: string,
): Promise<Inspection> {
  const resolved = await resolveAny(context, tenantId, token);
  if (resolved.outcome !== "found") {
    return { ...nothing("unknown", tenantId, "not_found"), genuine: true };
  }
  const { record, expired, refresh } = resolved;
  const report = reportOf(record, context.clock.now());
  const demanded = record.reauthenticationDemandedAt !== null;
  const spent = refresh && parseRefreshToken(token)?.generation !== record.family?.generation;
  const own: Refusal | null = spent ? "spent" : expired ? "token_expired" : null;
  const reason = report.reason ?? own ?? (demanded ? "reauthentication_demanded" : null);
  const idle = refresh ? record.family?.idleExpiresAt : undefined;
  return {
    kind: "unknown",
    genuine: true,
    live: reason === null,
    reason,
    tenantId,
    userId: record.userId,
    session: report.session,
    expiresAt: Math.min(report.expiresAt, idle ?? Number.POSITIVE_INFINITY),
    auditId: report.auditId,
  };
}

async function inspectRememberMe(
  context: Context,
  tenantId: string,
  token: string,
): Promise<Inspection> {
  const kind = "remember_me_token";
  const parts = parseRememberMeToken(token);
  if (!parts) return nothing(kind, tenantId, "malformed");
  const series = await context.truth.query({ kind: "series", tenantId, selector: parts.selector });
  if (!series) return { ...nothing(kind, tenantId, "not_found"), genuine: true };
  const isNewest = hashSecret(context.crypto, tenantId, parts.verifier) === series.verifierHash;
  const reason = seriesEnd(series, context.clock.now()) ?? (isNewest ? null : "spent");
  const { userId, expiresAt, endAuditId: auditId } = series;
  const live = reason === null;
  return { kind, genuine: true, live, reason, tenantId, userId, session: null, expiresAt, auditId };
}

function nothing(kind: CredentialKind, tenantId: string, reason: Refusal): Inspection {
  return {
    kind,
    genuine: false,
    live: false,
    reason,
    tenantId,
    userId: null,
    session: null,
    expiresAt: null,
    auditId: null,
  };
}
