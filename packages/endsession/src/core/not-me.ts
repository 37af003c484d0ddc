/**
 * The ticket behind a "this wasn't me" link: bound to a user, and good for nothing but ending that
 * user's sessions. It works without a session (standards 2.18), and as often as it is pressed
 * within its seven days: whoever is in the account must not be able to use it up.
 */
import type { Context } from "./context.ts";
import { issueTicket, readTicket } from "./ticket.ts";

const lifetime = 7 * 24 * 60 * 60 * 1000;

/** The user that a ticket speaks for. */
export interface NotMeTicket {
  readonly tenantId: string;
  readonly userId: string;
}

/** Signs a ticket that lives for seven days. */
export function issueNotMeTicket(context: Context, of: NotMeTicket): Promise<string> {
  const expiresAt = context.clock.now() + lifetime;
  return issueTicket(context, "not-me", { tenantId: of.tenantId, subject: of.userId, expiresAt });
}

/** Reads a ticket, or gives null for anything else. */
export async function readNotMeTicket(
  context: Context,
  ticket: string,
): Promise<NotMeTicket | null> {
  const claims = await readTicket(context, "not-me", ticket);
  return claims && { tenantId: claims.tenantId, userId: claims.subject };
}
