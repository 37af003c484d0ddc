/** Ends again what another history of the database has forgotten, and begins a new history. */
import type { BeginHistory, Conditional, Outcomes, Reassert } from "../../../core/acts.ts";
import type { Cause } from "../../../core/audit.ts";
import type { End } from "../../../core/feed.ts";
import type { EndReason } from "../../../protocol/reasons.ts";
import { first, run, statement, type Steps } from "../statement.ts";
import { endDevice } from "./end-session.ts";
import { raiseEpoch } from "./raise-epoch.ts";

const auditById = statement<{ id: string }>()("audit_by_id", (db, $) =>
  db.selectFrom("audit").select("sequence").where("id", "=", $.id),
);

const beginHistoryRow = statement<{ incarnation: string }>()("begin_history", (db, $) =>
  db.updateTable("installation").set({ incarnation: $.incarnation }).where("id", "=", 1),
);

/** The act. An end that is there is left alone, however often it is asserted. */
export function* reassert(act: Reassert): Steps<Outcomes["reassert"]> {
  let missing = 0;
  for (const end of act.ends) {
    if (end.auditId === null || (yield* first(auditById, { id: end.auditId }))) continue;
    missing += 1;
    const reason = (end.reason ?? act.cause.reason) as EndReason;
    yield* endAgain(end, { ...act.cause, auditId: end.auditId, reason });
  }
  return { missing };
}

function* endAgain({ tenantId, userId, sessionId }: End, cause: Cause): Steps<void> {
  if (sessionId === null) {
    yield* raiseEpoch({ kind: "raise_epoch", scope: { tenantId, userId }, keep: null, cause });
  } else {
    yield* endDevice(tenantId ?? "", { sessionId }, cause);
  }
}

/** The act. */
export function* beginHistory({ incarnation }: BeginHistory): Steps<Conditional> {
  return { done: (yield* run(beginHistoryRow, { incarnation })) === 1 };
}
