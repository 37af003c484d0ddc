/**
 * The end-only ticket: bound to one session, and good for nothing but ending it. A browser keeps it
 * for the logout that could not reach the server: it works when the cookie is gone, and never
 * touches the session of whoever has signed in since.
 */
import type { Context } from "./context.ts";
import { endById } from "./end.ts";
import type { Session } from "./session.ts";
import { issueTicket, readTicket } from "./ticket.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** Signs the ticket of a session; it lives as long as the session may. */
export function issueEndTicket(context: Context, session: Session): Promise<string> {
  const { tenantId, id: subject, expiresAt } = session;
  return issueTicket(context, "end", { tenantId, subject, expiresAt });
}

/** Ends the session of a ticket; null for what is no ticket, or none any more. */
export async function endByTicket(
  context: Context,
  tenantId: string,
  ticket: string,
  address: string | null,
): Promise<{ readonly receipt: Receipt; readonly sessionId: string } | null> {
  const claims = await readTicket(context, "end", ticket);
  if (claims?.tenantId !== tenantId) return null;
  const sessionId = claims.subject;
  const by = { tenantId, sessionId, reason: "logout", actor: "user", address } as const;
  return { receipt: await endById(context, { ...by, spares: "sign_ins" }), sessionId };
}
