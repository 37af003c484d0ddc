/** Demands a fresh proof of a session, of those begun from a series, or of all of a user. */
import type { Conditional, DemandReauthentication } from "../../../core/acts.ts";
import { all, isNull, statement, type Steps } from "../statement.ts";
import { writeAudit, writeChange } from "./audit.ts";

const demand = statement<{
  tenant: string;
  user: string;
  id: string | null;
  series: string | null;
  at: number;
}>()("demand_reauthentication", (db, $) =>
  db
    .updateTable("sessions")
    .set({ reauthentication_demanded_at: $.at })
    .where("tenant_id", "=", $.tenant)
    .where("user_id", "=", $.user)
    .where((eb) => eb.or([isNull($.id), eb("id", "=", $.id)]))
    .where((eb) => eb.or([isNull($.series), eb("series", "=", $.series)]))
    .where("ended_at", "is", null)
    .where("reauthentication_demanded_at", "is", null)
    .returning("id"),
);

/** The act. Not done, and not audited, where it was demanded before. */
export function* demandReauthentication(act: DemandReauthentication): Steps<Conditional> {
  const { tenantId, userId, target, cause } = act;
  const sessionId = target.of === "session" ? target.sessionId : null;
  const demanded = yield* all(demand, {
    tenant: tenantId,
    user: userId,
    id: sessionId,
    series: target.of === "series" ? target.selector : null,
    at: cause.at,
  });
  if (demanded.length === 0) return { done: false };
  for (const { id } of demanded) yield* writeChange({ tenantId, userId, sessionId: id }, cause.at);
  yield* writeAudit("reauthentication_demanded", { tenantId, userId, sessionId }, cause);
  return { done: true };
}
