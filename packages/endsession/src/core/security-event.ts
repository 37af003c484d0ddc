/**
 * What an application reports about an account, and what it ends (ASVS 7.4.2, 7.4.3). A changed
 * password, e-mail, factor or role ends the other sessions and renews the current one; a disabled
 * account or a reported compromise ends them all.
 */
import type { Actor } from "./audit.ts";
import type { Context } from "./context.ts";
import { type EndedUser, endUser } from "./end-user.ts";
import type { SessionRecord } from "./session.ts";
import type { SecurityEventType } from "../protocol/reasons.ts";

/** What {@link securityEvent} takes. */
export interface SecurityEventInput {
  readonly type: SecurityEventType;
  readonly tenantId: string;
  readonly userId: string;
  /** The session in which the change was made; null when it was made elsewhere. */
  readonly current: SessionRecord | null;
  readonly actor: Actor;
  readonly address: string | null;
}

/** Ends what the event demands. */
export async function securityEvent(
  context: Context,
  input: SecurityEventInput,
): Promise<EndedUser> {
  const { type, current } = input;
  const endsAll = type === "account_disabled" || type === "compromise_reported";
  const own = current?.userId === input.userId && current.tenantId === input.tenantId;
  const keep = !endsAll && own ? current : null;
  return endUser(context, { ...input, keep, keepRequired: false, reason: type });
}
