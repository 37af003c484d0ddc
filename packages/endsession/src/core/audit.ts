/**
 * The audit: who ended what, when and why, written in the same transaction as the act itself
 * (ASVS 16.2.1, 16.3.1). It holds session ids, which authenticate nobody, and never a credential.
 */
import type { EndReason } from "../protocol/reasons.ts";

/** What happened. Names follow the OWASP logging vocabulary where it has one. */
export type AuditType =
  | "session_created"
  | "session_renewed"
  | "session_ended"
  | "sessions_ended"
  | "remember_me_ended"
  | "session_use_after_expire"
  | "reauthentication_demanded"
  | "suspicion";

/** Who caused it. */
export type Actor = "user" | "service" | "administrator" | "system";

/** One record. */
export interface AuditEntry {
  readonly id: string;
  /** Milliseconds since 1970 (UTC). */
  readonly at: number;
  readonly type: AuditType;
  readonly tenantId: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly actor: Actor;
  /** Why; a suspicion's name for the type `suspicion`. */
  readonly reason: string | null;
  /** The address that the request came from, where known. */
  readonly address: string | null;
}

/** What every ending act carries: its audit record in the making. */
export interface Cause {
  /** The id that the audit record will have. */
  readonly auditId: string;
  readonly at: number;
  readonly actor: Actor;
  readonly reason: EndReason;
  readonly address: string | null;
}
