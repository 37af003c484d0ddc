/**
 * Access tokens: JWTs of type `at+jwt` (RFC 9068). They name their session (`sid`), so that an
 * end of the session is the end of the token, whatever its `exp` says (ASVS 7.4.1, JW-04).
 */
import { errors, type JWTPayload, jwtVerify } from "jose";
import type { Context } from "./context.ts";
import { mintId } from "./credential.ts";
import { EndSessionError } from "./errors.ts";
import { accessTokenType } from "./key-ring.ts";
import type { SessionRecord } from "./session.ts";

/** The claims that are relied on. */
export interface AccessTokenClaims {
  /** `jti`. */
  readonly id: string;
  /** The user. */
  readonly sub: string;
  /** The session. */
  readonly sid: string;
  /** The tenant that it was issued in. */
  readonly tenantId: string;
  /** The user's epoch that the session was started under. */
  readonly authVersion: number;
  /** The generation of the refresh token that it was issued with; null without one. */
  readonly generation: number | null;
  /** Expiry in seconds since 1970. */
  readonly exp: number;
}

/** The answer of {@link verifyAccessToken}. `expired` tokens were ours; `forged` ones never. */
export type VerifiedAccessToken =
  | { readonly outcome: "valid"; readonly claims: AccessTokenClaims }
  | { readonly outcome: "expired"; readonly claims: AccessTokenClaims }
  | { readonly outcome: "forged" };

/** An access token and its life in seconds. */
export interface IssuedAccessToken {
  readonly token: string;
  readonly expiresIn: number;
}

/** Signs an access token of a live session. It never outlives the session's absolute end. */
export async function issueAccessToken(
  context: Context,
  record: SessionRecord,
  generation: number | null,
): Promise<IssuedAccessToken> {
  const { settings, keys, clock, crypto } = context;
  await keys.keepUp(record.currentEpoch.installation);
  await keys.followRotation();
  const now = Math.floor(clock.now() / 1000);
  const lifetime = Math.floor(settings.accessTokenLifetime / 1000);
  const exp = Math.min(now + lifetime, Math.floor(record.expiresAt / 1000));
  const payload: JWTPayload = {
    iss: settings.issuer,
    aud: settings.audience,
    sub: record.userId,
    jti: mintId(crypto),
    iat: now,
    exp,
    sid: record.id,
    tenant: record.tenantId,
    auth_version: record.epoch.user,
    client_id: record.family?.clientId ?? settings.audience,
    ...(generation === null ? {} : { rtg: generation }),
  };
  const token = await keys.current().sign(JSON.stringify(payload));
  return { token, expiresIn: Math.max(0, exp - now) };
}

/**
 * Checks signature, type, issuer and audience before any claim is used (ASVS 9.1.1). The key
 * comes from the ring, and with it the one algorithm it may be used with (ASVS 9.1.2); `jku`,
 * `x5u` and `jwk` are ignored.
 */
export async function verifyAccessToken(
  context: Context,
  token: string,
): Promise<VerifiedAccessToken> {
  return verifyUsual(context, token) ?? verifyAny(context, token);
}

/**
 * A token with the very header that a key of the ring writes: algorithm, key and type are right,
 * and the signature is verified without a detour through other threads. Undefined for others.
 */
function verifyUsual(
  { settings, keys, clock }: Context,
  token: string,
): VerifiedAccessToken | undefined {
  const key = keys.ofHeader(token.slice(0, Math.max(0, token.indexOf("."))));
  if (!key) return undefined;
  const text = key.open(token);
  if (text === null) return forged;
  const payload = JSON.parse(text) as JWTPayload;
  const claims = readClaims(payload);
  const { iss, aud, nbf = 0 } = payload;
  const now = Math.floor(clock.now() / 1000);
  const isOurs = iss === settings.issuer && aud === settings.audience;
  if (!claims || !isOurs || typeof nbf !== "number" || nbf > now) return forged;
  return { outcome: claims.exp <= now ? "expired" : "valid", claims };
}

const forged: VerifiedAccessToken = { outcome: "forged" };

/** A token of any header: its key is found by `kid`, and looked for in the store if need be. */
async function verifyAny(context: Context, token: string): Promise<VerifiedAccessToken> {
  const { settings, keys, clock } = context;
  try {
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        const id = header.kid ?? "";
        const key = keys.find(id) ?? (await keys.discover(id));
        if (!key || key.algorithm !== header.alg) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      {
        typ: accessTokenType,
        issuer: settings.issuer,
        audience: settings.audience,
        currentDate: new Date(clock.now()),
      },
    );
    const claims = readClaims(payload);
    return claims ? { outcome: "valid", claims } : forged;
  } catch (error) {
    if (error instanceof EndSessionError) throw error;
    // jose raises JWTExpired only after signature, type, issuer and audience were found good.
    const claims = error instanceof errors.JWTExpired ? readClaims(error.payload) : null;
    return claims ? { outcome: "expired", claims } : forged;
  }
}

function readClaims(payload: JWTPayload): AccessTokenClaims | null {
  const { sub, sid, tenant, auth_version: authVersion, rtg, exp } = payload;
  if (typeof tenant !== "string") return null;
  if (typeof sub !== "string" || typeof sid !== "string" || typeof exp !== "number") return null;
  if (typeof authVersion !== "number" || typeof payload.jti !== "string") return null;
  const generation = typeof rtg === "number" ? rtg : null;
  return { id: payload.jti, sub, sid, tenantId: tenant, authVersion, generation, exp };
}
