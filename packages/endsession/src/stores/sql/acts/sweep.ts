/**
 * The sweep: marks what an epoch has ended, so that lists stay short, and removes what has been
 * dead past its natural expiry. Until then a dead row is kept, since reuse detection and the
 * reason given to its holder need it (SS-07).
 */
import { type Kysely, sql } from "kysely";
import type { Outcomes, Sweep } from "../../../core/acts.ts";
import { all, first, run, statement, type Steps } from "../statement.ts";
import { isCurrent, isWithin } from "../record.ts";
import type { Tables } from "../schema.ts";
import { writeEnd } from "./audit.ts";

const markOutdated = statement<{ at: number }>()("mark_outdated", (db, $) =>
  db
    .updateTable("sessions")
    .set((eb) => ({
      ended_at: $.at,
      end_reason: eb.fn.coalesce(userColumn(db, "epoch_reason"), sql<string>`'administrator'`),
      end_audit_id: userColumn(db, "epoch_audit_id"),
    }))
    .where("ended_at", "is", null)
    // The users whose epoch has risen lately, so that nobody else's sessions are looked at.
    .where(
      sql<boolean>`(tenant_id, user_id) in (
        select tenant_id, user_id from ends where session_id is null and user_id is not null
      )`,
    )
    .where("sessions.auth_version", "!=", (eb) =>
      eb
        .selectFrom("users")
        .select("users.auth_version")
        .whereRef("users.tenant_id", "=", "sessions.tenant_id")
        .whereRef("users.id", "=", "sessions.user_id"),
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

/** The first record of a moment or later, found from the oldest on: what comes before it goes. */
const firstAuditSince = statement<{ before: number }>()("first_audit_since", (db, $) =>
  db
    .selectFrom("audit")
    .select("sequence")
    .where("at", ">=", $.before)
    .orderBy("sequence")
    .limit(1),
);

const removeAudit = statement<{ sequence: number }>()("remove_audit", (db, $) =>
  db.deleteFrom("audit").where("sequence", "<", $.sequence),
);

const firstEndSince = statement<{ before: number }>()("first_end_since", (db, $) =>
  db.selectFrom("ends").select("sequence").where("at", ">=", $.before).orderBy("sequence").limit(1),
);

/**
 * Only what the sweep before this one has seen: who has read the feed since then misses nothing,
 * and who has not finds that out by the number of sweeps.
 */
const removeEnds = statement<{ sequence: number }>()(
  "remove_ends",
  (db, $, { isPosition, isAfter }) => {
    const swept = sql<string | null>`(select swept_position from installation where id = 1)`;
    return db
      .deleteFrom("ends")
      .where("sequence", "<", $.sequence)
      .where(
        sql<boolean>`case when ${isPosition(swept)} then not (${isAfter(swept)}) else false end`,
      );
  },
);

const noteSweep = statement<Record<never, never>>()("note_sweep", (db, _, { position }) =>
  db
    .updateTable("installation")
    .set((eb) => ({ sweeps: eb("sweeps", "+", 1), swept_position: position }))
    .where("id", "=", 1),
);

const dropSealed = statement<{ before: number }>()("drop_sealed", (db, $) =>
  db
    .updateTable("refresh_tokens")
    .set({ sealed_successor: null })
    .where("sealed_successor", "is not", null)
    .where("confirmed_at", "<", $.before),
);

const dropSealedSessions = statement<{ before: number }>()("drop_sealed_sessions", (db, $) =>
  db
    .updateTable("remember_me_tokens")
    .set({ sealed_successor: null })
    .where("sealed_successor", "is not", null)
    .where("spent_at", "<", $.before),
);

/** Few enough that no sweep holds others up for long; the next one goes on. */
const expiriesPerSweep = 1000;

const pastAbsolute = statement<{ at: number; limit: number }>()("past_absolute", (db, $) =>
  db
    .selectFrom("sessions")
    .select(["id", "tenant_id", "user_id"])
    .where("ended_at", "is", null)
    .where("expires_at", "<=", $.at)
    .where(isCurrent())
    .limit($.limit),
);

const pastIdle = statement<{ at: number; limit: number }>()("past_idle", (db, $) =>
  db
    .selectFrom("sessions")
    .select(["id", "tenant_id", "user_id"])
    .where("ended_at", "is", null)
    .where((eb) => eb(eb("last_seen_at", "+", eb.ref("idle_timeout").$notNull()), "<=", $.at))
    .where(isCurrent())
    .limit($.limit),
);

const markExpired = statement<{ id: string; at: number; reason: string; audit_id: string }>()(
  "mark_expired",
  (db, $) =>
    db
      .updateTable("sessions")
      .set({ ended_at: $.at, end_reason: $.reason, end_audit_id: $.audit_id })
      .where("id", "=", $.id)
      .where("ended_at", "is", null)
      // Somebody may have used it since it was found.
      .where((eb) => eb.not(isWithin($.at))),
);

/**
 * Writes down the expiries (AU-01), and tells them: by the clock of another instance some may live
 * still. The device stays remembered: that is what it is for.
 */
function* endExpired({ at, auditId }: Sweep): Steps<number> {
  let marked = 0;
  for (const [reason, found] of [
    ["expired_absolute", yield* all(pastAbsolute, { at, limit: expiriesPerSweep })],
    ["expired_idle", yield* all(pastIdle, { at, limit: expiriesPerSweep })],
  ] as const) {
    for (const { id, tenant_id: tenantId, user_id: userId } of found) {
      const audit_id = `${auditId}.${id}`;
      if ((yield* run(markExpired, { id, at, reason, audit_id })) === 0) continue;
      const about = { auditId: audit_id, at, actor: "system", reason, address: null } as const;
      yield* writeEnd("session_ended", { tenantId, userId, sessionId: id }, about);
      marked += 1;
    }
  }
  return marked;
}

/** The act. */
export function* sweep(act: Sweep): Steps<Outcomes["sweep"]> {
  const before = act.removeBefore;
  const outdated = yield* run(markOutdated, { at: act.at });
  const marked = outdated + (yield* endExpired(act));
  yield* run(dropSealed, { before: act.at - act.grace });
  yield* run(dropSealedSessions, { before: act.at - act.grace });
  let removed = 0;
  removed += yield* run(removeFamilies, { before });
  removed += yield* run(removeSuspicions, { before });
  removed += yield* run(removeSessions, { before });
  removed += yield* run(removeSeries, { before });
  const audit = yield* first(firstAuditSince, { before: act.removeAuditBefore });
  removed += yield* run(removeAudit, { sequence: audit?.sequence ?? Number.MAX_SAFE_INTEGER });
  const end = yield* first(firstEndSince, { before });
  removed += yield* run(removeEnds, { sequence: end?.sequence ?? Number.MAX_SAFE_INTEGER });
  yield* run(noteSweep, {});
  return { removed, marked };
}

function userColumn(db: Kysely<Tables>, column: "epoch_reason" | "epoch_audit_id") {
  return db
    .selectFrom("users")
    .select(`users.${column}`)
    .whereRef("users.tenant_id", "=", sql.ref("sessions.tenant_id"))
    .whereRef("users.id", "=", sql.ref("sessions.user_id"));
}
