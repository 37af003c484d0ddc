/** The audit record and the entry among the ends, written by every act in the same way. */
import type { Actor, AuditType, Cause } from "../../../core/audit.ts";
import { first, insertInto, run, type Statement, statement, type Steps } from "../statement.ts";

interface Subject {
  readonly tenantId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
}

const insertAudit = insertInto("insert_audit", "audit", [
  "id",
  "at",
  "type",
  "tenant_id",
  "user_id",
  "session_id",
  "actor",
  "reason",
  "address",
]);

interface EndArgs extends Record<string, string | number | null> {
  at: number;
  tenant_id: string | null;
  user_id: string | null;
  session_id: string | null;
  reason: string | null;
  audit_id: string | null;
  auth_version: number | null;
}

/** What every end passes: who commits watches it, and knows what the acts have ended. */
export const insertEnd: Statement<EndArgs, { place: string }> = statement<EndArgs>()(
  "insert_end",
  (db, $, { place }) =>
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
 * answered, as the first one is, when it is over everywhere.
 */
export function* waitForEarlierEnd(): Steps<void> {
  yield* first(placeOfNow, {});
}

/** Writes an audit record. */
export function* writeAudit(
  type: AuditType,
  subject: Subject,
  about: {
    readonly auditId: string;
    readonly at: number;
    readonly actor: Actor;
    readonly reason: string | null;
    readonly address: string | null;
  },
): Steps<void> {
  yield* run(insertAudit, {
    id: about.auditId,
    at: about.at,
    type,
    tenant_id: subject.tenantId ?? "",
    user_id: subject.userId,
    session_id: subject.sessionId,
    actor: about.actor,
    reason: about.reason,
    address: about.address,
  });
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
  const subject = { tenant_id: tenantId, user_id: userId, session_id: sessionId };
  yield* run(insertEnd, { ...subject, ...about, at });
}
