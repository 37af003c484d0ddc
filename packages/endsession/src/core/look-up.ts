/** What an operator may see of a session, dead or alive. */
import type { Context } from "./context.ts";
import { findOne } from "./resolve.ts";
import { judge, type Session, type SessionRecord, toSession } from "./session.ts";
import type { EndReason } from "../protocol/reasons.ts";

/** A session and its state. Times are milliseconds since 1970. */
export interface SessionReport {
  readonly session: Session;
  readonly live: boolean;
  /** Why it is over; null while it lives. */
  readonly reason: EndReason | null;
  /** When it was ended; null while it lives, and for one that an epoch or a timeout has ended. */
  readonly endedAt: number | null;
  /** The audit record of its end, where there is one. */
  readonly auditId: string | null;
  /** When it ends by itself, unless activity moves the idle timeout. */
  readonly expiresAt: number;
}

/** Looks a session up by its id; null when the tenant has none of that id, or no more. */
export async function lookUpSession(
  context: Context,
  tenantId: string,
  sessionId: string,
): Promise<SessionReport | null> {
  const record = await findOne(context, { by: "id", tenantId, sessionId });
  return record ? reportOf(record, context.clock.now()) : null;
}

/** The state of a session at a moment. */
export function reportOf(record: SessionRecord, now: number): SessionReport {
  const liveness = judge(record, now);
  const { idleTimeout, lastSeenAt, endedAt } = record;
  const idleEnd = idleTimeout === null ? Number.POSITIVE_INFINITY : lastSeenAt + idleTimeout;
  return {
    session: toSession(record),
    live: liveness.live,
    reason: liveness.live ? null : liveness.reason,
    endedAt,
    auditId: liveness.live ? null : liveness.auditId,
    expiresAt: Math.min(record.expiresAt, idleEnd),
  };
}
