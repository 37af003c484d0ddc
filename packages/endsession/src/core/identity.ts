/**
 * The signed identity: who stands behind a request that a proxy has checked, for an upstream that
 * does not trust the network between them. It is short-lived, and of a type of its own (RFC 8725
 * section 3.11), so that it never passes for an access token, nor an access token for it.
 */
import { SignJWT } from "jose";
import type { Context } from "./context.ts";
import type { Session } from "./session.ts";

/** The `typ` of a signed identity. */
export const identityType = "endsession-identity+jwt";

/** How long one is valid, in seconds: what a copied one is worth at most after a logout. */
const lifetime = 60;
/** One that is valid for as many seconds still is given again: signing is dear. */
const leastLeft = 30;

interface Signed {
  readonly token: string;
  readonly keyId: string;
  /** In seconds since 1970. */
  readonly exp: number;
}

/** By what memory holds of a session, with which they go. */
const signed = new WeakMap<Session, Signed>();

/** The identity that was signed for a session a moment ago, if it is still to be given. */
export function recallIdentity({ keys, clock }: Context, session: Session): string | undefined {
  const known = signed.get(session);
  if (known?.keyId !== keys.current().id) return undefined;
  const left = known.exp - Math.floor(clock.now() / 1000);
  return left >= leastLeft && left <= lifetime ? known.token : undefined;
}

/** Signs the identity of a live session. It never outlives the session's absolute end. */
export async function issueIdentity(
  context: Context,
  session: Session,
  audience: string,
): Promise<string> {
  const known = recallIdentity(context, session);
  if (known !== undefined) return known;
  const { settings, keys, clock } = context;
  const now = Math.floor(clock.now() / 1000);
  // Another process may have replaced the keys; upstreams know none but the published ones.
  await keys.discover("");
  const key = keys.current();
  const exp = Math.min(now + lifetime, Math.floor(session.expiresAt / 1000));
  const token = await new SignJWT({ sid: session.id, tenant: session.tenantId })
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: identityType })
    .setIssuer(settings.issuer)
    .setAudience(audience)
    .setSubject(session.userId)
    .setIssuedAt(now)
    .setExpirationTime(exp)
    .sign(key.privateKey);
  signed.set(session, { token, keyId: key.id, exp });
  return token;
}
