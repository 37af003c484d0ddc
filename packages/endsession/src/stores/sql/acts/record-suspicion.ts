/** Records a suspicion once a session and name, so that repeating it fills no table. */
import type { Conditional, RecordSuspicion } from "../../../core/acts.ts";
import { run, statement, type Steps } from "../statement.ts";
import { writeAudit } from "./audit.ts";
import { demandReauthentication } from "./demand-reauthentication.ts";
import { raiseEpoch } from "./raise-epoch.ts";

const insertOnce = statement<{ session: string; name: string; at: number }>()(
  "insert_suspicion",
  (db, $) =>
    db
      .insertInto("suspicions")
      .values({ session_id: $.session, name: $.name, at: $.at })
      .onConflict((conflict) => conflict.doNothing()),
);

/** The act. */
export function* recordSuspicion(act: RecordSuspicion): Steps<Conditional> {
  const { tenantId, userId, sessionId, name, at } = act;
  if ((yield* run(insertOnce, { session: sessionId, name, at })) === 0) return { done: false };
  const type = name === "ended_credential_used" ? "session_use_after_expire" : "suspicion";
  const about = { ...act, actor: "system", reason: name } as const;
  yield* writeAudit(type, { tenantId, userId, sessionId }, about);
  if (act.consequence?.kind === "raise_epoch") yield* raiseEpoch(act.consequence);
  if (act.consequence?.kind === "demand_reauthentication") {
    yield* demandReauthentication(act.consequence);
  }
  return { done: true };
}
