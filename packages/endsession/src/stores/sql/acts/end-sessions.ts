/**
 * Ends many sessions in as few statements as one. That does for those that stand alone, which most
 * do. A session that goes on under another id, or belongs to a remembered device, is ended by
 * itself with all that hangs on it; so is one that has ended, of which there is only to tell.
 */
import { sql } from "kysely";
import type { Ending, EndSession } from "../../../core/acts.ts";
import type { EndsOfCommit } from "../ends.ts";
import { asNumber, isCurrent, isWithin, toDied } from "../record.ts";
import { all, type Statement, statement, type Steps } from "../statement.ts";
import { writeSessionEnds } from "./audit.ts";
import { endSession } from "./end-session.ts";

const columns = {
  key: "text",
  tenant_id: "text",
  at: "bigint",
  reason: "text",
  audit_id: "text",
} as const;

type Row = { [C in keyof typeof columns]: C extends "at" ? number : string };

interface EndedRow {
  readonly id: string;
  readonly user_id: string;
  readonly token_hash: string | null;
  readonly end_audit_id: string | null;
  readonly live: number;
}

const endAlone = (name: string, key: "id" | "token_hash"): Statement<{ ends: string }, EndedRow> =>
  statement<{ ends: string }>()(name, (db, $, { rows }) =>
    db
      .updateTable("sessions")
      .from(rows<Row>($.ends, columns).as("r"))
      .set((eb) => ({
        ended_at: eb.ref("r.at"),
        end_reason: eb.ref("r.reason"),
        end_audit_id: eb.ref("r.audit_id"),
      }))
      .whereRef(`sessions.${key}`, "=", "r.key")
      .whereRef("sessions.tenant_id", "=", "r.tenant_id")
      .where("sessions.ended_at", "is", null)
      .where("sessions.series", "is", null)
      .where("sessions.successor_id", "is", null)
      .where(isCurrent())
      .returning([
        "sessions.id",
        "sessions.user_id",
        "sessions.token_hash",
        "sessions.end_audit_id",
      ])
      // By now its end is the present.
      .returning(asNumber(isWithin(sql.ref<number>("sessions.ended_at"))).as("live")),
  );

const endById = endAlone("end_alone_by_id", "id");
const endByToken = endAlone("end_alone_by_token", "token_hash");

const endFamilies = statement<{ ends: string }>()("end_families", (db, $, { rows }) =>
  db
    .updateTable("refresh_tokens")
    .from(rows<{ id: string; at: number }>($.ends, { id: "text", at: "bigint" }).as("r"))
    .set((eb) => ({ revoked_at: eb.ref("r.at"), sealed_successor: null }))
    .whereRef("refresh_tokens.session_id", "=", "r.id")
    .where("refresh_tokens.revoked_at", "is", null)
    .returning("refresh_tokens.session_id"),
);

/** The acts, which are those of a commit from one place on. */
export function* endSessions(
  acts: readonly EndSession[],
  place: number,
  ended: EndsOfCommit,
): Steps<readonly Ending[]> {
  const alone = yield* endAllAlone(acts, place);
  const endings: Ending[] = [];
  for (const [index, act] of acts.entries()) {
    ended.begin(place + index);
    endings.push(alone.get(act.cause.auditId) ?? (yield* endSession(act)));
  }
  return endings;
}

/** The endings of the sessions that stood alone, by their audit records. */
function* endAllAlone(
  acts: readonly EndSession[],
  place: number,
): Steps<ReadonlyMap<string, Ending>> {
  const byToken = acts.filter((act) => "tokenHash" in act);
  const byId = acts.filter((act) => !("tokenHash" in act));
  const rows = new Map<string | null, EndedRow>();
  for (const [of, end] of [
    [byToken, endByToken],
    [byId, endById],
  ] as const) {
    if (of.length === 0) continue;
    for (const row of yield* all(end, { ends: JSON.stringify(of.map(toRow)) })) {
      rows.set(row.end_audit_id, row);
    }
  }
  if (rows.size === 0) return new Map();

  const ends = acts.flatMap(({ tenantId, cause }, index) => {
    const row = rows.get(cause.auditId);
    if (!row) return [];
    const { id: sessionId, user_id: userId } = row;
    return [{ act: place + index, tenantId, userId, sessionId, cause, row }];
  });
  const families = yield* all(endFamilies, {
    ends: JSON.stringify(ends.map(({ sessionId: id, cause: { at } }) => ({ id, at }))),
  });
  yield* writeSessionEnds(ends);
  const withTokens = new Set(families.map(({ session_id }) => session_id));
  return new Map(
    ends.map(({ sessionId, userId, cause: { auditId }, row }) => {
      const died = [toDied({ ...row, series: null }, withTokens.has(sessionId))];
      return [auditId, { outcome: "ended", auditId, userId, died }];
    }),
  );
}

function toRow(act: EndSession): Row {
  const { at, reason, auditId } = act.cause;
  const key = "tokenHash" in act ? act.tokenHash : act.sessionId;
  return { key, tenant_id: act.tenantId, at, reason, audit_id: auditId };
}
