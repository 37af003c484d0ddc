/**
 * Ends a remember-me series, and the sessions begun from it. Any verifier will do: a selector is
 * 128 random bits that only holders have seen, and a request that spent the token a moment ago
 * must not save the device from its logout.
 */
import type { Died, Ending, EndSeries } from "../../../core/acts.ts";
import { all, first, statement, type Steps } from "../statement.ts";
import { writeAudit } from "./audit.ts";
import { endLineage, endSeriesRow } from "./end-session.ts";

const seriesBySelector = statement<{ selector: string; tenant: string }>()(
  "series_by_selector",
  (db, $) =>
    db
      .selectFrom("remember_me_tokens")
      .select(["user_id", "end_audit_id"])
      .where("selector", "=", $.selector)
      .where("tenant_id", "=", $.tenant),
);

const sessionsOfSeries = statement<{ selector: string }>()("sessions_of_series", (db, $) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("series", "=", $.selector)
    .where((eb) => eb.or([eb("ended_at", "is", null), eb("successor_id", "is not", null)])),
);

/** The act. */
export function* endSeries(act: EndSeries): Steps<Ending> {
  const { selector, tenantId: tenant, cause } = act;
  const series = yield* first(seriesBySelector, { selector, tenant });
  if (!series) return { outcome: "unknown", auditId: null, userId: null, died: [] };
  const userId = series.user_id;
  const died: Died[] = [];
  for (const { id } of yield* all(sessionsOfSeries, { selector })) {
    const auditId = `${cause.auditId}.${id}`;
    died.push(...(yield* endLineage(tenant, id, { ...cause, auditId })).died);
  }
  const wasOpen = (yield* endSeriesRow(selector, cause)) || died.length > 0;
  if (!wasOpen) return { outcome: "already", auditId: series.end_audit_id, userId, died };
  died.push({ live: false, cookie: false, tokens: false, rememberMe: true });
  yield* writeAudit("remember_me_ended", { tenantId: tenant, userId, sessionId: null }, cause);
  return { outcome: "ended", auditId: cause.auditId, userId, died };
}
