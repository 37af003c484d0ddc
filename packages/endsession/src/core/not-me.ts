/**
 * The ticket behind a "this wasn't me" link: signed, bound to a user, and good for nothing but
 * ending that user's sessions. It works without a session (standards 2.18), and as often as it is
 * pressed within its seven days: whoever is in the account must not be able to use it up.
 */
import { jwtVerify, SignJWT } from "jose";
import type { Context } from "./context.ts";

const ticketType = "endsession-not-me+jwt";
const lifetimeSeconds = 7 * 24 * 60 * 60;

/** The user that a ticket speaks for. */
export interface NotMeTicket {
  readonly tenantId: string;
  readonly userId: string;
}

/** Signs a ticket that lives for seven days. */
export async function issueNotMeTicket(context: Context, of: NotMeTicket): Promise<string> {
  const key = context.keys.current();
  const now = Math.floor(context.clock.now() / 1000);
  return new SignJWT({ tenant: of.tenantId })
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: ticketType })
    .setIssuer(context.settings.issuer)
    .setSubject(of.userId)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(key.privateKey);
}

/** Reads a ticket, or gives null for anything else. Its type keeps access tokens out. */
export async function readNotMeTicket(
  context: Context,
  ticket: string,
): Promise<NotMeTicket | null> {
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
        typ: ticketType,
        issuer: context.settings.issuer,
        currentDate: new Date(context.clock.now()),
      },
    );
    const { sub, tenant } = payload;
    if (typeof sub !== "string" || typeof tenant !== "string") return null;
    return { tenantId: tenant, userId: sub };
  } catch {
    return null;
  }
}
