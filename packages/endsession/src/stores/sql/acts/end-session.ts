/**
 * Ends one session with all that descends from it: its refresh tokens, its remember-me series,
 * the sessions begun from that series, and, where it was continued under a new id, its successor.
 * Whoever holds an old id of a session may end it, and a 2xx means that nothing of it lives on.
 */
import type { Died, Ending, EndSession } from "../../../core/acts.ts";
import type { Cause } from "../../../core/audit.ts";
import { asNumber, isCurrent, isWithin, toDied } from "../record.ts";
import { all, first, run, statement, type Steps } from "../statement.ts";
import { waitForEarlierEnd, writeAudit, writeEnd } from "./audit.ts";

/** What ending a session tells of it. */
interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly series: string | null;
  readonly token_hash: string | null;
  readonly successor_id: string | null;
  readonly end_reason: string | null;
  readonly end_audit_id: string | null;
}

const columns = [
  "id",
  "user_id",
  "series",
  "token_hash",
  "successor_id",
  "end_reason",
  "end_audit_id",
] as const satisfies (keyof Row)[];

/** Ends a session that has not ended; what an epoch has ended is over already, series and all. */
const endRow = statement<{
  id: string;
  tenant: string;
  at: number;
  reason: string;
  audit_id: string;
}>()("end_session", (db, $) =>
  db
    .updateTable("sessions")
    .set({ ended_at: $.at, end_reason: $.reason, end_audit_id: $.audit_id })
    .where("id", "=", $.id)
    .where("tenant_id", "=", $.tenant)
    .where("ended_at", "is", null)
    .where(isCurrent())
    .returning(columns)
    .returning(asNumber(isWithin($.at)).as("live")),
);

const endedRow = statement<{ id: string; tenant: string }>()("ended_session", (db, $) =>
  db
    .selectFrom("sessions")
    .select(columns)
    .select(asNumber(isCurrent()).as("current"))
    .where("id", "=", $.id)
    .where("tenant_id", "=", $.tenant),
);

const sessionOfToken = statement<{ token_hash: string; tenant: string }>()(
  "session_of_token",
  (db, $) =>
    db
      .selectFrom("sessions")
      .select("id")
      .where("token_hash", "=", $.token_hash)
      .where("tenant_id", "=", $.tenant),
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
    .where("revoked_at", "is", null)
    .returning("user_id"),
);

const sessionsOfSeries = statement<{ selector: string; tenant: string }>()(
  "sessions_of_series",
  (db, $) =>
    db
      .selectFrom("sessions")
      .select("id")
      .where("series", "=", $.selector)
      .where("tenant_id", "=", $.tenant),
);

/** Where an end begins: at a session, or at a remembered device. */
export interface EndRoot {
  readonly sessionId?: string;
  readonly selector?: string;
}

/** What {@link endDevice} found and did. */
export interface EndedDevice {
  /** The newest session that was found in the line of the first; undefined for none. */
  readonly tip:
    | { readonly id: string; readonly userId: string; readonly endAuditId: string | null }
    | undefined;
  /** What died now, session by session. */
  readonly died: readonly Died[];
  /** The sessions that had been live until now. */
  readonly liveIds: readonly string[];
  /** All sessions that were looked at. */
  readonly seen: readonly string[];
}

/** The act. Ending what has ended is no error (LO-03) and leaves a single audit record. */
export function* endSession(act: EndSession): Steps<Ending> {
  const { tenantId } = act;
  const sessionId =
    "tokenHash" in act
      ? (yield* first(sessionOfToken, {
          token_hash: act.tokenHash,
          tenant: tenantId,
        }))?.id
      : act.sessionId;
  const root = sessionId === undefined ? {} : { sessionId };
  const { tip, died, seen } = yield* endDevice(tenantId, root, act.cause, act.spares);
  if (!tip) return { outcome: "unknown", auditId: null, userId: null, died };
  const { userId } = tip;
  if (died.length > 0) return { outcome: "ended", auditId: act.cause.auditId, userId, died };
  yield* waitForEarlierEnd(tenantId, userId, seen);
  return { outcome: "already", auditId: tip.endAuditId, userId, died };
}

/**
 * Ends everything that hangs together: the successors of each session, the remembered device
 * that it belongs to, and all that was begun from that, in whatever order they were made.
 */
export function* endDevice(
  tenant: string,
  root: EndRoot,
  cause: Cause,
  spares: EndSession["spares"] = null,
): Steps<EndedDevice> {
  const queue = root.sessionId === undefined ? [] : [root.sessionId];
  const seen = new Set<string>();
  const series = new Set<string>();
  const died: Died[] = [];
  const liveIds: string[] = [];
  let tip: EndedDevice["tip"];
  let rememberedUser = yield* endSeriesOf(root.selector ?? null);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const auditId = died.length === 0 ? cause.auditId : `${cause.auditId}.${id}`;
    const row = seen.has(id) ? undefined : yield* endOne(tenant, id, { ...cause, auditId });
    seen.add(id);
    if (!row) continue;
    if (!tip || row.current) {
      const endAuditId = row.died ? null : row.end_audit_id;
      tip = { id, userId: row.user_id, endAuditId };
    }
    if (row.died) died.push(row.died);
    if (row.died?.live) liveIds.push(id);
    if (row.current) rememberedUser = (yield* endSeriesOf(row.series)) ?? rememberedUser;
    const spared = spares === "sign_ins" && row.end_reason === "signed_in_again";
    if (row.successor_id !== null && !spared) queue.push(row.successor_id);
  }
  if (rememberedUser !== null && died.length === 0) {
    died.push({ live: false, cookie: false, tokens: false, rememberMe: true });
    const subject = { tenantId: tenant, userId: rememberedUser, sessionId: null };
    yield* writeAudit("remember_me_ended", subject, cause);
  }
  return { tip, died, liveIds, seen: [...seen] };

  function* endSeriesOf(selector: string | null): Steps<string | null> {
    if (selector === null || series.has(selector)) return null;
    series.add(selector);
    queue.unshift(...(yield* all(sessionsOfSeries, { selector, tenant })).map(({ id }) => id));
    return yield* endSeriesRow(selector, cause);
  }
}

/** Revokes a series; gives the user whom it remembered, or null when it had been revoked. */
export function* endSeriesRow(selector: string, cause: Cause): Steps<string | null> {
  const { at, reason, auditId } = cause;
  const row = yield* first(revokeSeries, { selector, at, reason, audit_id: auditId });
  return row?.user_id ?? null;
}

/** Ends a single session and its family, and nothing else; null when it had ended. */
export function* endSingle(tenant: string, id: string, cause: Cause): Steps<Died | null> {
  return (yield* endOne(tenant, id, cause))?.died ?? null;
}

/** Ends one row, if it has not ended, and tells what there is of it; undefined for none. */
function* endOne(
  tenant: string,
  id: string,
  cause: Cause,
): Steps<(Row & { readonly current: boolean; readonly died: Died | null }) | undefined> {
  const { at, reason, auditId } = cause;
  const row = yield* first(endRow, { id, tenant, at, reason, audit_id: auditId });
  if (!row) {
    const over = yield* first(endedRow, { id, tenant });
    return over && { ...over, current: over.current === 1, died: null };
  }
  const family = (yield* run(endFamily, { id, at })) === 1;
  const subject = { tenantId: tenant, userId: row.user_id, sessionId: id };
  yield* writeEnd("session_ended", subject, cause);
  return { ...row, current: true, died: toDied(row, family) };
}
