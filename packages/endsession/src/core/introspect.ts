/** What a token is worth, for back ends that ask (RFC 7662), and its revocation (RFC 7009). */
import type { Context } from "./context.ts";
import { endById } from "./end.ts";
import { resolveAny } from "./resolve.ts";
import { judge, type SessionRecord } from "./session.ts";

/** A live token's session and kind. Everything dead is null: RFC 7662 section 2.2. */
export interface Introspected {
  readonly record: SessionRecord;
  readonly kind: "session" | "access_token" | "refresh_token";
  /** Expiry of the token in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Looks at any token without counting as its use. */
export async function introspect(
  context: Context,
  tenantId: string,
  token: string,
): Promise<Introspected | null> {
  const resolved = await resolveAny(context, tenantId, token);
  if (resolved.outcome === "unknown" || resolved.expired) return null;
  const { record, claims } = resolved;
  if (!judge(record, context.clock.now()).live) return null;
  if (claims) return { record, kind: "access_token", expiresAt: claims.exp * 1000 };
  if (resolved.refresh && record.family) {
    const { expiresAt, idleExpiresAt } = record.family;
    return { record, kind: "refresh_token", expiresAt: Math.min(expiresAt, idleExpiresAt) };
  }
  return { record, kind: "session", expiresAt: record.expiresAt };
}

/**
 * Ends the session of a token. Unknown tokens, and tokens of another client, are left alone
 * without a word (RFC 7009 section 2.1, RI-03).
 */
export async function revokeToken(
  context: Context,
  input: {
    readonly tenantId: string;
    readonly token: string;
    readonly clientId: string | null;
    readonly address: string | null;
  },
): Promise<void> {
  const resolved = await resolveAny(context, input.tenantId, input.token);
  if (resolved.outcome === "unknown") return;
  const { record } = resolved;
  if (record.family && record.family.clientId !== input.clientId) return;
  const { tenantId, address } = input;
  await endById(context, { record, tenantId, reason: "token_revoked", actor: "user", address });
}
