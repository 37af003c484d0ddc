/**
 * The ticket behind a "this wasn't me" link: signed, bound to a user and epoch, and good for
 * nothing but ending that user's sessions, once. It works without a session (standards 2.18).
 */
import { jwtVerify, SignJWT } from "jose";
import type { Context } from "./context.ts";
import { EndSessionError } from "./errors.ts";

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
  return new SignJWT({ tenant: of.tenantId, auth_version: await epochOf(context, of) })
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
      (header) => {
        const key = context.keys.find(header.kid ?? "");
        if (!key || key.algorithm !== header.alg) throw new TypeError("no such key");
        return key.publicKey;
      },
      {
        typ: ticketType,
        issuer: context.settings.issuer,
        currentDate: new Date(context.clock.now()),
      },
    );
    const { sub, tenant, auth_version: epoch } = payload;
    if (typeof sub !== "string" || typeof tenant !== "string") return null;
    const ticketOf = { tenantId: tenant, userId: sub };
    // Once the user's sessions have been ended, by this link or otherwise, it has done its work.
    return (await epochOf(context, ticketOf)) === epoch ? ticketOf : null;
  } catch (error) {
    if (error instanceof EndSessionError) throw error;
    return null;
  }
}

function epochOf(context: Context, of: NotMeTicket): Promise<number> {
  return context.store.query({ kind: "user_epoch", ...of });
}
