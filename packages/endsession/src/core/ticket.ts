/**
 * Tickets: signed, for one purpose, and good for nothing else. The purpose stands in the type of
 * the JWT (RFC 8725 section 3.11), so that no ticket passes for another, nor for an access token.
 */
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Context } from "./context.ts";

/** What a ticket is for. */
export type TicketPurpose = "not-me" | "end";

/** What a ticket says. */
export interface TicketClaims {
  readonly tenantId: string;
  readonly subject: string;
  /** When it dies, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Signs a ticket. */
export async function issueTicket(
  context: Context,
  purpose: TicketPurpose,
  { tenantId, subject, expiresAt }: TicketClaims,
): Promise<string> {
  const key = context.keys.current();
  return new SignJWT({ tenant: tenantId })
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: typeOf(purpose) })
    .setIssuer(context.settings.issuer)
    .setSubject(subject)
    .setIssuedAt(Math.floor(context.clock.now() / 1000))
    .setExpirationTime(Math.floor(expiresAt / 1000))
    .sign(key.privateKey);
}

/** Reads a ticket, or gives null for anything else. */
export async function readTicket(
  context: Context,
  purpose: TicketPurpose,
  ticket: string,
): Promise<TicketClaims | null> {
  try {
    const { payload } = await jwtVerify(
      ticket,
      async (header) => {
        const id = header.kid ?? "";
        const key = context.keys.find(id) ?? (await context.keys.discover(id));
        if (!key || key.algorithm !== header.alg) throw new TypeError("no such key");
        return key.publicKey;
      },
      {
        typ: typeOf(purpose),
        issuer: context.settings.issuer,
        currentDate: new Date(context.clock.now()),
      },
    );
    return claimsOf(payload);
  } catch {
    return null;
  }
}

function typeOf(purpose: TicketPurpose): string {
  return `endsession-${purpose}+jwt`;
}

function claimsOf({ sub, tenant, exp = 0 }: JWTPayload): TicketClaims | null {
  if (typeof sub !== "string" || typeof tenant !== "string") return null;
  return { tenantId: tenant, subject: sub, expiresAt: exp * 1000 };
}
