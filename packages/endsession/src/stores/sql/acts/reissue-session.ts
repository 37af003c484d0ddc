/** Continues a live session under a new id: the old one, with all its credentials, ends. */
import type { KeptSession, NewSession, Outcomes, ReissueSession } from "../../../core/acts.ts";
import type { SessionRecord } from "../../../core/session.ts";
import { isLive } from "../record.ts";
import { first, run, type Statement, statement, type Steps } from "../statement.ts";
import { endSeriesRow, endSingle } from "./end-session.ts";
import { readEpoch } from "./epoch.ts";
import { insertSessionSteps } from "./insert-session.ts";

const liveById = statement<{ id: string; tenant: string; user: string; at: number }>()(
  "live_by_id",
  (db, $) =>
    db
      .selectFrom("sessions")
      .select([
        "sessions.id",
        "sessions.series",
        "sessions.reauthentication_demanded_at",
        "sessions.tenant_auth_version",
        "sessions.installation_auth_version",
      ])
      .where("sessions.id", "=", $.id)
      .where("sessions.tenant_id", "=", $.tenant)
      .where("sessions.user_id", "=", $.user)
      .where(isLive($.at)),
);

/** Notes which session goes on in the place of one that has ended. */
export const setSuccessor: Statement<{ id: string; successor: string }, unknown> = statement<{
  id: string;
  successor: string;
}>()("set_successor", (db, $) =>
  db.updateTable("sessions").set({ successor_id: $.successor }).where("id", "=", $.id),
);

const successorOf = statement<{ id: string }>()("successor_of", (db, $) =>
  db.selectFrom("sessions").select("successor_id").where("id", "=", $.id),
);

/** What is carried over from a session that goes on. */
export interface Continued {
  readonly id: string;
  readonly series: string | null;
  readonly reauthentication_demanded_at: number | null;
  readonly tenant_auth_version: number;
  readonly installation_auth_version: number;
}

/** The act: after a fresh proof, which settles every demand for one. */
export function* reissueSession(act: ReissueSession): Steps<Outcomes["reissue"]> {
  const { successor } = act;
  const old = yield* findLive(act.sessionId, successor);
  if (!old) return { outcome: "ended" };
  yield* endPredecessor(old, successor);
  const record = yield* insertSuccessor({ ...old, reauthentication_demanded_at: null }, successor);
  return { outcome: "reissued", record };
}

/** The session that a successor continues, if it is live. */
export function* findLive(sessionId: string, successor: NewSession): Steps<Continued | undefined> {
  const { tenantId: tenant, userId: user, lastSeenAt: at } = successor;
  return yield* first(liveById, { id: sessionId, tenant, user, at });
}

/** The session to be kept, or the newest one of its line where that will do. */
export function* findKept(keep: KeptSession): Steps<Continued | undefined> {
  let id = keep.sessionId;
  for (;;) {
    const live = yield* findLive(id, keep.successor);
    if (live || keep.required) return live;
    const row = yield* first(successorOf, { id });
    if (!row?.successor_id) return undefined;
    id = row.successor_id;
  }
}

/** Ends the old session and names its successor. */
export function* endPredecessor(old: Continued, successor: NewSession): Steps<void> {
  const { tenantId, lastSeenAt: at, actor, address } = successor;
  const auditId = `${successor.auditId}.${old.id}`;
  const cause = { auditId, at, actor, reason: "reissued", address } as const;
  yield* endSingle(tenantId, old.id, cause);
  if (old.series !== null) yield* endSeriesRow(old.series, cause);
  yield* run(setSuccessor, { id: old.id, successor: successor.id });
}

/**
 * Inserts the successor under the user's epoch of this moment, which nobody else can raise before
 * the commit, and under the other two of its predecessor: they may have been raised since that was
 * found to be live, and then the successor is as dead.
 */
export function* insertSuccessor(old: Continued, successor: NewSession): Steps<SessionRecord> {
  const { user } = yield* readEpoch(successor.tenantId, successor.userId);
  const [tenant, installation] = [old.tenant_auth_version, old.installation_auth_version];
  const epoch = { user, tenant, installation };
  return yield* insertSessionSteps(successor, epoch, {
    type: "session_renewed",
    reason: old.id,
    demandedAt: old.reauthentication_demanded_at,
  });
}
