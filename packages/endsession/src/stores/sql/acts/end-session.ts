/** Ends one session: the session, its refresh tokens and its remember-me series in one go. */
import type { Ending, EndSession } from "../../../core/acts.ts";
import type { Cause } from "../../../core/audit.ts";
import { first, run, statement, type Steps } from "../statement.ts";
import { writeEnd } from "./audit.ts";

type EndArgs = { id: string; tenant: string; at: number; reason: string; audit_id: string };

const endOne = statement<EndArgs>()("end_session", (db, $) =>
  db
    .updateTable("sessions")
    .set({ ended_at: $.at, end_reason: $.reason, end_audit_id: $.audit_id })
    .where("id", "=", $.id)
    .where("tenant_id", "=", $.tenant)
    .where("ended_at", "is", null)
    .returning(["user_id", "series"]),
);

const endFamily = statement<{ id: string; at: number }>()("end_family", (db, $) =>
  db
    .updateTable("refresh_tokens")
    .set({ revoked_at: $.at, sealed_successor: null })
    .where("session_id", "=", $.id)
    .where("revoked_at", "is", null),
);

const endSeriesOf = statement<{ selector: string; at: number; reason: string; audit_id: string }>()(
  "end_series_of",
  (db, $) =>
    db
      .updateTable("remember_me_tokens")
      .set({ revoked_at: $.at, end_reason: $.reason, end_audit_id: $.audit_id })
      .where("selector", "=", $.selector)
      .where("revoked_at", "is", null),
);

const endedBefore = statement<{ id: string; tenant: string }>()("ended_before", (db, $) =>
  db
    .selectFrom("sessions")
    .select("end_audit_id")
    .where("id", "=", $.id)
    .where("tenant_id", "=", $.tenant),
);

/** The act. Ending what has ended is no error (LO-03) and leaves a single audit record. */
export function* endSession(act: EndSession): Steps<Ending> {
  const ended = yield* endSessionSteps(act.tenantId, act.sessionId, act.cause);
  if (ended) return { outcome: "ended", auditId: act.cause.auditId };
  const before = yield* first(endedBefore, { id: act.sessionId, tenant: act.tenantId });
  if (!before) return { outcome: "unknown", auditId: null };
  return { outcome: "already", auditId: before.end_audit_id };
}

/** The same as a part of other acts. Says whether the session had not been ended before. */
export function* endSessionSteps(
  tenantId: string,
  sessionId: string,
  cause: Cause,
): Steps<boolean> {
  const { at, reason, auditId } = cause;
  const ended = yield* first(endOne, {
    id: sessionId,
    tenant: tenantId,
    at,
    reason,
    audit_id: auditId,
  });
  if (!ended) return false;
  yield* run(endFamily, { id: sessionId, at });
  if (ended.series !== null) {
    yield* run(endSeriesOf, { selector: ended.series, at, reason, audit_id: auditId });
  }
  yield* writeEnd("session_ended", { tenantId, userId: ended.user_id, sessionId }, cause);
  return true;
}
