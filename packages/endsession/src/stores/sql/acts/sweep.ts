/**
 * The sweep: marks what an epoch has ended, so that lists stay short, and removes what has been
 * dead past its natural expiry. Until then a dead row is kept, since reuse detection and the
 * reason given to its holder need it (SS-07).
 */
import { type Kysely, sql } from "kysely";
import type { Outcomes, Sweep } from "../../../core/acts.ts";
import { run, statement, type Steps } from "../statement.ts";
import type { Tables } from "../schema.ts";

const markOutdated = statement<{ at: number }>()("mark_outdated", (db, $) =>
  db
    .updateTable("sessions")
    .set((eb) => ({
      ended_at: $.at,
      end_reason: eb.fn.coalesce(userColumn(db, "epoch_reason"), sql<string>`'administrator'`),
      end_audit_id: userColumn(db, "epoch_audit_id"),
    }))
    .where("ended_at", "is", null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("users")
          .select("users.id")
          .whereRef("users.tenant_id", "=", "sessions.tenant_id")
          .whereRef("users.id", "=", "sessions.user_id")
          .whereRef("users.auth_version", "!=", "sessions.auth_version"),
      ),
    ),
);

const removeFamilies = statement<{ before: number }>()("remove_families", (db, $) =>
  db
    .deleteFrom("refresh_tokens")
    .where("session_id", "in", (eb) =>
      eb.selectFrom("sessions").select("id").where("expires_at", "<", $.before),
    ),
);

const removeSuspicions = statement<{ before: number }>()("remove_suspicions", (db, $) =>
  db
    .deleteFrom("suspicions")
    .where("session_id", "in", (eb) =>
      eb.selectFrom("sessions").select("id").where("expires_at", "<", $.before),
    ),
);

const removeSessions = statement<{ before: number }>()("remove_sessions", (db, $) =>
  db.deleteFrom("sessions").where("expires_at", "<", $.before),
);

const removeSeries = statement<{ before: number }>()("remove_series", (db, $) =>
  db.deleteFrom("remember_me_tokens").where("expires_at", "<", $.before),
);

const removeAudit = statement<{ before: number }>()("remove_audit", (db, $) =>
  db.deleteFrom("audit").where("at", "<", $.before),
);

const removeEnds = statement<{ before: number }>()("remove_ends", (db, $) =>
  db.deleteFrom("ends").where("at", "<", $.before),
);

const dropSealed = statement<{ before: number }>()("drop_sealed", (db, $) =>
  db
    .updateTable("refresh_tokens")
    .set({ sealed_successor: null })
    .where("sealed_successor", "is not", null)
    .where("confirmed_at", "<", $.before),
);

/** The act. */
export function* sweep(act: Sweep): Steps<Outcomes["sweep"]> {
  const before = act.removeBefore;
  const marked = yield* run(markOutdated, { at: act.at });
  yield* run(dropSealed, { before: act.at - act.grace });
  let removed = 0;
  removed += yield* run(removeFamilies, { before });
  removed += yield* run(removeSuspicions, { before });
  removed += yield* run(removeSessions, { before });
  removed += yield* run(removeSeries, { before });
  removed += yield* run(removeAudit, { before: act.removeAuditBefore });
  removed += yield* run(removeEnds, { before });
  return { removed, marked };
}

function userColumn(db: Kysely<Tables>, column: "epoch_reason" | "epoch_audit_id") {
  return db
    .selectFrom("users")
    .select(`users.${column}`)
    .whereRef("users.tenant_id", "=", sql.ref("sessions.tenant_id"))
    .whereRef("users.id", "=", sql.ref("sessions.user_id"));
}
