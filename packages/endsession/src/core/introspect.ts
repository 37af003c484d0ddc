/** What a token is worth, for back ends that ask (RFC 7662), and its revocation (RFC 7009). */
import { noteUse } from "./authenticate.ts";
import type { Context } from "./context.ts";
import { endById, endSeriesOf } from "./end.ts";
import { resolveAny } from "./resolve.ts";
import { judge, type SessionRecord } from "./session.ts";

/** A live token's session and kind. Everything dead is null: RFC 7662 section 2.2. */
export interface Introspected {
  readonly record: SessionRecord;
  readonly kind: "session" | "access_token" | "refresh_token";
  /** Expiry of the token in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What {@link introspect} takes. */
export interface IntrospectInput {
  readonly tenantId: string;
  readonly token: string;
  /** Whether the resource server asks because the person did something (TO-03). */
  readonly activity: boolean;
}

/**
 * Looks at any token. For an access or session token this is its use at a resource server: it
 * confirms a rotation and moves the idle timeout, as `authenticate` does.
 */
export async function introspect(
  context: Context,
  { tenantId, token, activity }: IntrospectInput,
): Promise<Introspected | null> {
  const resolved = await resolveAny(context, tenantId, token);
  if (resolved.outcome !== "found" || resolved.expired) return null;
  const { record, claims } = resolved;
  if (!judge(record, context.clock.now()).live) return null;
  if (record.reauthenticationDemandedAt !== null) return null;
  if (resolved.refresh && record.family) {
    const { expiresAt, idleExpiresAt } = record.family;
    return { record, kind: "refresh_token", expiresAt: Math.min(expiresAt, idleExpiresAt) };
  }
  if (!(await noteUse(context, record, claims?.generation ?? null, activity))) return null;
  if (claims) return { record, kind: "access_token", expiresAt: claims.exp * 1000 };
  return { record, kind: "session", expiresAt: record.expiresAt };
}

/** What {@link revokeToken} takes. */
export interface RevokeInput {
  readonly tenantId: string;
  readonly token: string;
  readonly clientId: string | null;
  readonly address: string | null;
}

/**
 * Ends the session of a token of any kind. Unknown tokens are no error (RFC 7009 section 2.2);
 * those of another client are left alone, and that is told (section 2.1, RI-03).
 */
export async function revokeToken(
  context: Context,
  input: RevokeInput,
): Promise<"revoked" | "unknown" | "another_client"> {
  const { tenantId, token, address } = input;
  const cause = { reason: "token_revoked", actor: "user", address } as const;
  const series = endSeriesOf(context, tenantId, [token], cause);
  if (series.length > 0) {
    const [ending] = await context.truth.commit(series);
    return ending?.outcome === "unknown" ? "unknown" : "revoked";
  }
  const resolved = await resolveAny(context, tenantId, token);
  if (resolved.outcome !== "found") return "unknown";
  const { id: sessionId, family } = resolved.record;
  if (family && family.clientId !== input.clientId) return "another_client";
  await endById(context, { ...cause, tenantId, sessionId });
  return "revoked";
}
