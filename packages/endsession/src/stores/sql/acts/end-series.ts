/** Ends a remember-me series, and the sessions begun from it. */
import type { Ending, EndSeries } from "../../../core/acts.ts";
import { all, first, run, statement, type Steps } from "../statement.ts";
import { writeAudit } from "./audit.ts";
import { endSessionSteps } from "./end-session.ts";

const seriesBySelector = statement<{ selector: string; tenant: string }>()(
  "series_by_selector",
  (db, $) =>
    db
      .selectFrom("remember_me_tokens")
      .selectAll()
      .where("selector", "=", $.selector)
      .where("tenant_id", "=", $.tenant),
);

const revokeSeries = statement<{
  selector: string;
  at: number;
  reason: string;
  audit_id: string;
}>()("revoke_series", (db, $) =>
  db
    .updateTable("remember_me_tokens")
    .set({ revoked_at: $.at, end_reason: $.reason, end_audit_id: $.audit_id })
    .where("selector", "=", $.selector)
    .where("revoked_at", "is", null),
);

const liveOfSeries = statement<{ selector: string }>()("live_of_series", (db, $) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("series", "=", $.selector)
    .where("ended_at", "is", null),
);

/** The act. */
export function* endSeries(act: EndSeries): Steps<Ending> {
  const { selector, tenantId: tenant, cause } = act;
  const series = yield* first(seriesBySelector, { selector, tenant });
  if (!series) return { outcome: "unknown", auditId: null };
  if (act.verifierHash !== null && act.verifierHash !== series.verifier_hash) {
    return { outcome: "unknown", auditId: null };
  }
  const sessions = yield* all(liveOfSeries, { selector });
  if (series.revoked_at !== null && sessions.length === 0) {
    return { outcome: "already", auditId: series.end_audit_id };
  }
  const { at, reason, auditId: audit_id } = cause;
  yield* run(revokeSeries, { selector, at, reason, audit_id });
  if (sessions.length === 0) {
    const subject = { tenantId: tenant, userId: series.user_id, sessionId: null };
    yield* writeAudit("remember_me_ended", subject, cause);
  }
  for (const [index, { id }] of sessions.entries()) {
    const auditId = index === 0 ? cause.auditId : `${cause.auditId}.${id}`;
    yield* endSessionSteps(tenant, id, { ...cause, auditId });
  }
  return { outcome: "ended", auditId: cause.auditId };
}
