/**
 * Ends one session with all that descends from it: its refresh tokens, its remember-me series,
 * the sessions begun from that series, and, where it was continued under a new id, its successor.
 * Whoever holds an old id of a session may end it, and a 2xx means that nothing of it lives on.
 */
import type { Died, Ending, EndSession } from "../../../core/acts.ts";
import type { Cause } from "../../../core/audit.ts";
import { isCurrent, isLive } from "../record.ts";
import { all, first, run, statement, type Steps } from "../statement.ts";
import { writeEnd } from "./audit.ts";

const sessionToEnd = statement<{ id: string; tenant: string; at: number }>()(
  "session_to_end",
  (db, $) =>
    db
      .selectFrom("sessions")
      .select(["id", "user_id", "series", "token_hash", "successor_id", "end_audit_id"])
      .select((eb) => [
        eb.case().when(isLive(eb, $.at)).then(1).else(0).end().as("live"),
        eb.case().when(isCurrent(eb)).then(1).else(0).end().as("current"),
      ])
      .where("id", "=", $.id)
      .where("tenant_id", "=", $.tenant),
);

const endRow = statement<{ id: string; at: number; reason: string; audit_id: string }>()(
  "end_session",
  (db, $) =>
    db
      .updateTable("sessions")
      .set({ ended_at: $.at, end_reason: $.reason, end_audit_id: $.audit_id })
      .where("id", "=", $.id)
      .where("ended_at", "is", null),
);

const endFamily = statement<{ id: string; at: number }>()("end_family", (db, $) =>
  db
    .updateTable("refresh_tokens")
    .set({ revoked_at: $.at, sealed_successor: null })
    .where("session_id", "=", $.id)
    .where("revoked_at", "is", null),
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

const openOfSeries = statement<{ selector: string }>()("open_of_series", (db, $) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("series", "=", $.selector)
    .where("ended_at", "is", null),
);

/** What {@link endLineage} found and did. */
export interface Lineage {
  /** The session that was the newest of its line; undefined when there is none by this id. */
  readonly tip: { readonly userId: string; readonly endAuditId: string | null } | undefined;
  /** What died now, session by session. */
  readonly died: readonly Died[];
}

/** The act. Ending what has ended is no error (LO-03) and leaves a single audit record. */
export function* endSession(act: EndSession): Steps<Ending> {
  return endingOf(yield* endLineage(act.tenantId, act.sessionId, act.cause), act.cause);
}

/** The outcome of an end, from what was found and done. */
export function endingOf({ tip, died }: Lineage, cause: Cause): Ending {
  if (!tip) return { outcome: "unknown", auditId: null, userId: null, died };
  const { userId } = tip;
  if (died.length > 0) return { outcome: "ended", auditId: cause.auditId, userId, died };
  return { outcome: "already", auditId: tip.endAuditId, userId, died };
}

/** Ends the newest session of a line, and what else lives of the same remembered device. */
export function* endLineage(tenant: string, sessionId: string, cause: Cause): Steps<Lineage> {
  const { at } = cause;
  let row = yield* first(sessionToEnd, { id: sessionId, tenant, at });
  while (row && row.successor_id !== null) {
    row = yield* first(sessionToEnd, { id: row.successor_id, tenant, at });
  }
  if (!row) return { tip: undefined, died: [] };
  const tip = { userId: row.user_id, endAuditId: row.end_audit_id };
  const died: Died[] = [];
  const own = yield* endOne(tenant, row, cause);
  if (own) died.push(own);
  if (row.series === null) return { tip, died };
  yield* endSeriesRow(row.series, cause);
  died.push(...(yield* endOfSeries(tenant, row.series, cause)));
  return { tip, died };
}

/** Ends the sessions begun from a series, in lines of their own. */
export function* endOfSeries(tenant: string, selector: string, cause: Cause): Steps<Died[]> {
  const died: Died[] = [];
  for (const { id } of yield* all(openOfSeries, { selector })) {
    const row = yield* first(sessionToEnd, { id, tenant, at: cause.at });
    const auditId = `${cause.auditId}.${id}`;
    const ended = row && (yield* endOne(tenant, row, { ...cause, auditId }));
    if (ended) died.push(ended);
  }
  return died;
}

/** Revokes a series; says whether it had been open. */
export function* endSeriesRow(selector: string, cause: Cause): Steps<boolean> {
  const { at, reason, auditId } = cause;
  return (yield* run(revokeSeries, { selector, at, reason, audit_id: auditId })) === 1;
}

/** Ends a single session and its family, and nothing else; null when it had ended. */
export function* endSingle(tenant: string, id: string, cause: Cause): Steps<Died | null> {
  const row = yield* first(sessionToEnd, { id, tenant, at: cause.at });
  return row ? yield* endOne(tenant, row, cause) : null;
}

function* endOne(
  tenantId: string,
  row: {
    readonly id: string;
    readonly user_id: string;
    readonly series: string | null;
    readonly token_hash: string | null;
    readonly live: number;
    readonly current: number;
  },
  cause: Cause,
): Steps<Died | null> {
  // What an epoch has ended is over, series and all, and has its audit record.
  if (row.current === 0) return null;
  const { id } = row;
  const { at, reason, auditId } = cause;
  if ((yield* run(endRow, { id, at, reason, audit_id: auditId })) === 0) return null;
  const family = (yield* run(endFamily, { id, at })) === 1;
  yield* writeEnd("session_ended", { tenantId, userId: row.user_id, sessionId: id }, cause);
  const live = row.live === 1;
  return {
    live,
    cookie: live && row.token_hash !== null,
    tokens: live && family,
    rememberMe: row.series !== null,
  };
}
