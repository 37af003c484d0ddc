/** The audit record and the entry among the ends, written by every act in the same way. */
import type { Actor, AuditType, Cause } from "../../../core/audit.ts";
import { sql } from "kysely";
import type { AuditTable } from "../schema.ts";
import { insertInto, run, type Statement, statement, type Steps } from "../statement.ts";

interface Subject {
  readonly tenantId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
}

const auditColumns = [
  "id",
  "at",
  "tenant_id",
  "user_id",
  "session_id",
  "actor",
  "reason",
  "address",
] as const;

const insertAudit = insertInto("insert_audit", "audit", [...auditColumns, "type"]);

interface EndArgs extends Record<string, string | number | null> {
  at: number;
  tenant_id: string | null;
  user_id: string | null;
  session_id: string | null;
  reason: string | null;
  audit_id: string | null;
  auth_version: number | null;
}

const insertEnd = statement<EndArgs>()("insert_end", (db, $, { place }) =>
  db
    .insertInto("ends")
    .values({
      at: $.at,
      tenant_id: $.tenant_id,
      user_id: $.user_id,
      session_id: $.session_id,
      reason: $.reason,
      audit_id: $.audit_id,
      auth_version: $.auth_version,
    })
    .returning(place.as("place")),
);

/** Where the transaction stands; who commits watches it as well. */
export const placeOfNow: Statement<Record<never, never>, { place: string }> = statement<
  Record<never, never>
>()("place_of_now", (db, _, flavour) => db.selectNoFrom(flavour.placeOfNow.as("place")));

/**
 * What is over was perhaps ended by another instance a moment ago: who asks for the end again is
 * answered, as the first one is, when it is over everywhere. This instance may not have read of the
 * end either, and forgets what it remembers of those sessions.
 */
export function* waitForEarlierEnd(
  tenantId: string,
  userId: string,
  sessionIds: readonly string[],
): Steps<void> {
  const about = { tenantId, userId, reason: null, auditId: null, epoch: null };
  const told = sessionIds.map((sessionId) => ({ end: { ...about, sessionId } }));
  yield { statement: placeOfNow, args: {}, told };
}

/** What an audit record tells of what was done. */
interface About {
  readonly auditId: string;
  readonly at: number;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly address: string | null;
}

/** Writes an audit record. */
export function* writeAudit(type: AuditType, subject: Subject, about: About): Steps<void> {
  yield* run(insertAudit, { ...auditRow(subject, about), type });
}

function auditRow(
  { tenantId, userId, sessionId }: Subject,
  { auditId, at, actor, reason, address }: About,
): { [C in (typeof auditColumns)[number]]: AuditTable[C] } {
  return {
    id: auditId,
    at,
    tenant_id: tenantId ?? "",
    user_id: userId,
    session_id: sessionId,
    actor,
    reason,
    address,
  };
}

/** Writes the audit record of an end and adds the end to the order of ends. */
export function* writeEnd(
  type: AuditType,
  subject: Subject,
  cause: Cause,
  epoch: number | null = null,
): Steps<void> {
  yield* writeAudit(type, subject, cause);
  const { reason, auditId: audit_id } = cause;
  yield* tell(subject, cause.at, { reason, audit_id, auth_version: epoch });
}

/** Tells the instances that remember a session which goes on to read it anew. */
export function* writeChange(subject: Subject, at: number): Steps<void> {
  yield* tell(subject, at, { reason: null, audit_id: null, auth_version: null });
}

function* tell(
  { tenantId, userId, sessionId }: Subject,
  at: number,
  about: Pick<EndArgs, "reason" | "audit_id" | "auth_version">,
): Steps<void> {
  const { reason, audit_id: auditId, auth_version: epoch } = about;
  yield {
    statement: insertEnd,
    args: { tenant_id: tenantId, user_id: userId, session_id: sessionId, ...about, at },
    told: [{ end: { tenantId, userId, sessionId, reason, auditId, epoch } }],
  };
}

/** The end of one of many sessions. */
export interface SessionEnd {
  /** The place of its act in the commit. */
  readonly act: number;
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly cause: Cause;
}

const endColumns = {
  id: "text",
  at: "bigint",
  tenant_id: "text",
  user_id: "text",
  session_id: "text",
  actor: "text",
  reason: "text",
  address: "text",
} as const;

type EndRow = { [C in keyof typeof endColumns]: C extends "at" ? number : string };

const auditSessionEnds = statement<{ ends: string }>()("audit_session_ends", (db, $, { rows }) =>
  db
    .insertInto("audit")
    .columns([...auditColumns, "type"])
    .expression(
      db
        .selectFrom(rows<EndRow>($.ends, endColumns).as("r"))
        .select([...auditColumns, sql.lit("session_ended").as("type")]),
    ),
);

const insertSessionEnds = statement<{ ends: string }>()(
  "insert_session_ends",
  (db, $, { rows, place }) =>
    db
      .insertInto("ends")
      .columns(["audit_id", "at", "tenant_id", "user_id", "session_id", "reason"])
      .expression(
        db
          .selectFrom(rows<EndRow>($.ends, endColumns).as("r"))
          .select(["r.id", "r.at", "r.tenant_id", "r.user_id", "r.session_id", "r.reason"]),
      )
      .returning(place.as("place")),
);

/** Writes the ends of many sessions as {@link writeEnd} writes one. */
export function* writeSessionEnds(all: readonly SessionEnd[]): Steps<void> {
  const ends = JSON.stringify(all.map((one) => auditRow(one, one.cause)));
  yield* run(auditSessionEnds, { ends });
  const told = all.map(({ act, tenantId, userId, sessionId, cause: { reason, auditId } }) => {
    return { act, end: { tenantId, userId, sessionId, reason, auditId, epoch: null } };
  });
  yield { statement: insertSessionEnds, args: { ends }, told };
}
