/** Sessions, audit records and receipts: as JSON in the words of the HTTP surface, and for people. */
import type { AuditEntry, Receipt, Session, SessionReport } from "endsession";
import { type Io, say } from "../terminal/streams.ts";
import { isoOf } from "../terminal/time.ts";

/** Prints JSON on one line. */
export function sayJson(io: Io, value: unknown): void {
  say(io, JSON.stringify(value));
}

/** A session. */
export function sessionView(session: Session): Record<string, unknown> {
  return {
    id: session.id,
    tenant_id: session.tenantId,
    user_id: session.userId,
    device: session.device.name,
    created_at: isoOf(session.createdAt),
    authenticated_at: isoOf(session.authenticatedAt),
    last_seen_at: isoOf(session.lastSeenAt),
    expires_at: isoOf(session.expiresAt),
    methods: session.methods,
    place: session.place,
    reauthentication_required: session.reauthenticationRequired,
  };
}

/** A session and whether it lives. */
export function reportView(report: SessionReport): Record<string, unknown> {
  return {
    ...sessionView(report.session),
    live: report.live,
    reason: report.reason,
    ended_at: isoOf(report.endedAt),
    audit_id: report.auditId,
    expires_at: isoOf(report.expiresAt),
  };
}

/** An audit record. */
export function auditView(entry: AuditEntry): Record<string, unknown> {
  return {
    id: entry.id,
    at: isoOf(entry.at),
    type: entry.type,
    tenant_id: entry.tenantId,
    user_id: entry.userId,
    session_id: entry.sessionId,
    actor: entry.actor,
    reason: entry.reason,
    address: entry.address,
  };
}

/** What an end did, for people. */
export function receiptLines(done: string, { audit_id, consistency }: Receipt): string {
  const waited = consistency.waited_ms;
  const how =
    waited > 0
      ? `Every instance had applied it ${waited} ms after the commit.`
      : "No instance had to be waited for.";
  return `${done}\n${how}\nAudit record: ${audit_id ?? "none"}`;
}
