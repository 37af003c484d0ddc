/** The audit record and the entry among the ends, written by every act in the same way. */
import type { Actor, AuditType, Cause } from "../../../core/audit.ts";
import { insertInto, run, type Steps } from "../statement.ts";

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

const insertEnd = insertInto("insert_end", "ends", ["at", "tenant_id", "user_id", "session_id"]);

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
export function* writeEnd(type: AuditType, subject: Subject, cause: Cause): Steps<void> {
  yield* writeAudit(type, subject, cause);
  yield* run(insertEnd, {
    at: cause.at,
    tenant_id: subject.tenantId,
    user_id: subject.userId,
    session_id: subject.sessionId,
  });
}
