/** Continues a live session under a new id: the old one, with all its credentials, ends. */
import type { NewSession, Outcomes, ReissueSession } from "../../../core/acts.ts";
import type { SessionRecord } from "../../../core/session.ts";
import { first, statement, type Steps } from "../statement.ts";
import { isLive } from "../record.ts";
import { endSessionSteps } from "./end-session.ts";
import { readEpoch } from "./epoch.ts";
import { insertSessionSteps } from "./insert-session.ts";

const liveById = statement<{ id: string; tenant: string; user: string; at: number }>()(
  "live_by_id",
  (db, $) =>
    db
      .selectFrom("sessions")
      .select("sessions.id")
      .where("sessions.id", "=", $.id)
      .where("sessions.tenant_id", "=", $.tenant)
      .where("sessions.user_id", "=", $.user)
      .where((eb) => isLive(eb, $.at)),
);

/** The act. */
export function* reissueSession(act: ReissueSession): Steps<Outcomes["reissue"]> {
  if (!(yield* isLiveSession(act.sessionId, act.successor))) return { outcome: "ended" };
  const record = yield* continueSession(act.sessionId, act.successor);
  return { outcome: "reissued", record };
}

/** Whether the session that a successor continues is live. */
export function* isLiveSession(sessionId: string, successor: NewSession): Steps<boolean> {
  const { tenantId: tenant, userId: user, lastSeenAt: at } = successor;
  const row = yield* first(liveById, { id: sessionId, tenant, user, at });
  return row !== undefined;
}

/** Ends the old session and inserts its successor under the epoch of this moment. */
export function* continueSession(sessionId: string, successor: NewSession): Steps<SessionRecord> {
  const { tenantId, userId, lastSeenAt: at, actor, address } = successor;
  const auditId = `${successor.auditId}.${sessionId}`;
  yield* endSessionSteps(tenantId, sessionId, { auditId, at, actor, reason: "reissued", address });
  const epoch = yield* readEpoch(tenantId, userId);
  return yield* insertSessionSteps(successor, epoch, "session_renewed", sessionId);
}
