/**
 * A session as the store holds it, as an application sees it, and the one rule that says whether
 * it may still be believed.
 */
import type { Device } from "./device.ts";
import { type Epoch, sameEpoch } from "./epoch.ts";
import type { EndReason } from "../protocol/reasons.ts";
import type { RefreshFamily } from "./refresh-token.ts";

/** What an application learns about a live session. Times are milliseconds since 1970. */
export interface Session {
  /** The session id (`sid`). Not a secret: it finds a session and cannot authenticate. */
  readonly id: string;
  /** The tenant; `default` where the application has none. */
  readonly tenantId: string;
  /** The application's own id of the user. */
  readonly userId: string;
  /** When the session began; an id given anew (after a change of password) keeps it. */
  readonly createdAt: number;
  /** When the person last proved who they are. Older than `createdAt` after a remembered start. */
  readonly authenticatedAt: number;
  /** The last request that counts as activity, to within a minute. */
  readonly lastSeenAt: number;
  /** The absolute end, which no activity moves (ASVS 7.3.2). */
  readonly expiresAt: number;
  /** How the person proved who they are (RFC 8176 names, and `remember_me`). */
  readonly methods: readonly string[];
  /** The device's name for people. */
  readonly device: Device;
  /** Coarse place of the sign-in, from the application's `place` function. */
  readonly place: string | null;
  /** Whether a policy demands a fresh proof before anything else. */
  readonly reauthenticationRequired: boolean;
}

/** Everything the store knows of a session, read in one statement. */
export interface SessionRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  /** Whether it was given a session cookie. */
  readonly hasCookie: boolean;
  /** The epoch it was started under. */
  readonly epoch: Epoch;
  /** The epoch of its user, tenant and installation now. */
  readonly currentEpoch: Epoch;
  /** Why the epoch last rose; null when it never did. */
  readonly epochReason: EndReason | null;
  /** The audit record of the last rise of the user's epoch. */
  readonly epochAuditId: string | null;
  readonly createdAt: number;
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  /** Idle timeout in milliseconds; null for none. */
  readonly idleTimeout: number | null;
  readonly methods: readonly string[];
  readonly device: Device;
  readonly place: string | null;
  /** The remember-me series of this device, if any. */
  readonly series: string | null;
  readonly reauthenticationDemandedAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  readonly endAuditId: string | null;
  /** Its refresh tokens, if it has any. */
  readonly family: RefreshFamily | null;
}

/** The answer of {@link judge}. */
export type Liveness =
  | { readonly live: true }
  | { readonly live: false; readonly reason: EndReason; readonly auditId: string | null };

/** Whether a session may be believed at a moment. The only place that decides it. */
export function judge(record: SessionRecord, now: number): Liveness {
  if (record.endedAt !== null) {
    return { live: false, reason: record.endReason ?? "logout", auditId: record.endAuditId };
  }
  if (!sameEpoch(record.epoch, record.currentEpoch)) {
    const reason = record.epochReason ?? "administrator";
    return { live: false, reason, auditId: record.epochAuditId };
  }
  if (isWithin(record, record.idleTimeout, now)) return { live: true };
  const reason = now >= record.expiresAt ? "expired_absolute" : "expired_idle";
  return { live: false, reason, auditId: null };
}

/** Whether a session is within both of its timeouts. */
export function isWithin(
  { expiresAt, lastSeenAt }: Pick<Session, "expiresAt" | "lastSeenAt">,
  idleTimeout: number | null,
  now: number,
): boolean {
  return now < expiresAt && (idleTimeout === null || now < lastSeenAt + idleTimeout);
}

/** The part of a record that an application may see. */
export function toSession(record: SessionRecord): Session {
  return {
    id: record.id,
    tenantId: record.tenantId,
    userId: record.userId,
    createdAt: record.createdAt,
    authenticatedAt: record.authenticatedAt,
    lastSeenAt: record.lastSeenAt,
    expiresAt: record.expiresAt,
    methods: record.methods,
    device: record.device,
    place: record.place,
    reauthenticationRequired: record.reauthenticationDemandedAt !== null,
  };
}
