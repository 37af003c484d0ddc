/**
 * From a presented credential to the session that it belongs to, dead or alive. Junk ends here,
 * without a question to the store.
 */
import { type AccessTokenClaims, verifyAccessToken } from "./access-token.ts";
import type { Context } from "./context.ts";
import { externalSecret, hashSecret, isSessionToken, parseRefreshToken } from "./credential.ts";
import { EndSessionError } from "./errors.ts";
import { isOfFamily } from "./refresh-token.ts";
import type { Session, SessionRecord } from "./session.ts";
import type { CredentialKey } from "./store.ts";

/** A credential as it was presented. */
export type Presented =
  | { readonly kind: "session_token"; readonly token: string }
  | { readonly kind: "access_token"; readonly token: string }
  /**
   * What another library issued and has verified, such as express-session's id: see `external` of
   * `sessions.start`. Only code presents it; no cookie and no header is ever read as one.
   */
  | { readonly kind: "external"; readonly token: string };

/** What was found. */
export type Resolved =
  /** Never issued here, or issued to another tenant. */
  | { readonly outcome: "unknown" }
  /** An access token of ours whose session is over and cleared away. */
  | { readonly outcome: "gone" }
  | {
      readonly outcome: "found";
      readonly record: SessionRecord;
      /** The claims of an access token; null for a session token. */
      readonly claims: AccessTokenClaims | null;
      /** Whether the credential itself is past its expiry, whatever the session is. */
      readonly expired: boolean;
    };

const unknown: Resolved = { outcome: "unknown" };

/** Finds the session of a credential. */
export async function resolve(
  context: Context,
  tenantId: string,
  presented: Presented,
): Promise<Resolved> {
  if (presented.kind !== "access_token") {
    const tokenHash = tokenHashOf(context, tenantId, presented);
    if (tokenHash === null) return unknown;
    const record = await findOne(context, { by: "token", tenantId, tokenHash });
    return record ? { outcome: "found", record, claims: null, expired: false } : unknown;
  }
  const verified = await verifyAccessToken(context, presented.token);
  if (verified.outcome === "forged") return unknown;
  const { claims } = verified;
  if (claims.tenantId !== tenantId) return unknown;
  const record = await findOne(context, { by: "id", tenantId, sessionId: claims.sid });
  if (!record) return { outcome: "gone" };
  // The keys were replaced since they were read: the signature must hold under the new ones.
  if (await context.keys.keepUp(record.currentEpoch.installation)) {
    return resolve(context, tenantId, presented);
  }
  // A session of another user or epoch under this id means another history of the database.
  if (record.userId !== claims.sub || record.epoch.user !== claims.authVersion) return unknown;
  return { outcome: "found", record, claims, expired: verified.outcome === "expired" };
}

/** The hash that the store knows a credential by; null for junk, and for access tokens. */
export function tokenHashOf(
  { crypto }: Pick<Context, "crypto">,
  tenantId: string,
  { kind, token }: Presented,
): string | null {
  if (kind === "external") return hashSecret(crypto, tenantId, externalSecret(token));
  return kind === "session_token" && isSessionToken(token)
    ? hashSecret(crypto, tenantId, token)
    : null;
}

/** Finds the session of any token: session, access or refresh (RFC 7009, RFC 7662). */
export async function resolveAny(
  context: Context,
  tenantId: string,
  token: string,
): Promise<Resolved & { readonly refresh?: true }> {
  const parts = parseRefreshToken(token);
  if (parts) {
    const { familyId } = parts;
    const record = await findOne(context, { by: "family", tenantId, familyId });
    const family = record?.family;
    if (!record || !family) return unknown;
    const tokenHash = hashSecret(context.crypto, tenantId, token);
    if (!isOfFamily(family, { ...parts, tokenHash })) return unknown;
    const isNewest = parts.generation === family.generation;
    const now = context.clock.now();
    const expired = !isNewest || now >= family.expiresAt || now >= family.idleExpiresAt;
    return { outcome: "found", record, claims: null, expired, refresh: true };
  }
  const kind = token.startsWith("es_s_") ? "session_token" : "access_token";
  return resolve(context, tenantId, { kind, token });
}

/** The record of a session that was live a moment ago. Throws `ERR_SESSION_ENDED` without one. */
export async function recordOf(context: Context, session: Session): Promise<SessionRecord> {
  const { tenantId, id } = session;
  const record = await findOne(context, { by: "id", tenantId, sessionId: id });
  if (record) return record;
  throw new EndSessionError("ERR_SESSION_ENDED", "The session has ended and was cleared away.");
}

/** Finds one session by one key. */
export function findOne(context: Context, key: CredentialKey): Promise<SessionRecord | undefined> {
  return context.truth.find(key);
}
