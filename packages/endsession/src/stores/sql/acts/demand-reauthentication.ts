/** Demands a fresh proof of a session, or of all sessions of a user. */
import type { Conditional, DemandReauthentication } from "../../../core/acts.ts";
import { run, statement, type Steps } from "../statement.ts";
import { writeAudit } from "./audit.ts";

const demandOfSession = statement<{ tenant: string; user: string; id: string; at: number }>()(
  "demand_of_session",
  (db, $) =>
    db
      .updateTable("sessions")
      .set({ reauthentication_demanded_at: $.at })
      .where("tenant_id", "=", $.tenant)
      .where("user_id", "=", $.user)
      .where("id", "=", $.id)
      .where("ended_at", "is", null)
      .where("reauthentication_demanded_at", "is", null),
);

const demandOfUser = statement<{ tenant: string; user: string; at: number }>()(
  "demand_of_user",
  (db, $) =>
    db
      .updateTable("sessions")
      .set({ reauthentication_demanded_at: $.at })
      .where("tenant_id", "=", $.tenant)
      .where("user_id", "=", $.user)
      .where("ended_at", "is", null)
      .where("reauthentication_demanded_at", "is", null),
);

/** The act. Not done, and not audited, where it was demanded before. */
export function* demandReauthentication(act: DemandReauthentication): Steps<Conditional> {
  const { tenantId, userId, sessionId, cause } = act;
  const of = { tenant: tenantId, user: userId, at: cause.at };
  const changes =
    sessionId === null
      ? yield* run(demandOfUser, of)
      : yield* run(demandOfSession, { ...of, id: sessionId });
  if (changes === 0) return { done: false };
  yield* writeAudit("reauthentication_demanded", { tenantId, userId, sessionId }, cause);
  return { done: true };
}
