/** Writes a new session with its family and its series, under a given epoch. */
import type { NewSession } from "../../../core/acts.ts";
import type { AuditType } from "../../../core/audit.ts";
import type { Epoch } from "../../../core/epoch.ts";
import type { SessionRecord } from "../../../core/session.ts";
import { first, insertInto, run, statement, type Steps } from "../statement.ts";
import { selectRecord, toRecord } from "../record.ts";
import { writeAudit } from "./audit.ts";

const insertSession = insertInto("insert_session", "sessions", [
  "id",
  "tenant_id",
  "user_id",
  "token_hash",
  "auth_version",
  "tenant_auth_version",
  "installation_auth_version",
  "created_at",
  "authenticated_at",
  "last_seen_at",
  "expires_at",
  "idle_timeout",
  "methods",
  "device",
  "place",
  "series",
  "reauthentication_demanded_at",
]);

const insertFamily = insertInto("insert_family", "refresh_tokens", [
  "family_id",
  "session_id",
  "client_id",
  "generation",
  "token_hash",
  "issued_at",
  "rotated_at",
  "expires_at",
  "idle_expires_at",
]);

const insertSeries = insertInto("insert_series", "remember_me_tokens", [
  "selector",
  "tenant_id",
  "user_id",
  "verifier_hash",
  "auth_version",
  "tenant_auth_version",
  "installation_auth_version",
  "authenticated_at",
  "issued_at",
  "expires_at",
]);

const sessionById = statement<{ id: string }>()("session_by_id", (db, $, flavour) =>
  selectRecord(db, flavour).where("s.id", "=", $.id),
);

/** How a session came to be. */
export interface Origin {
  /** For the audit: a sign-in, or the continuation of a session under a new id. */
  readonly type: AuditType & ("session_created" | "session_renewed");
  /** For the audit: the id that is continued, or `remember_me`. */
  readonly reason: string | null;
  /** The series that a remembered device has spent a token of. */
  readonly series?: string;
  /** A demand for a fresh proof that the session inherits. */
  readonly demandedAt?: number | null;
}

/** Gives the record as it is written. */
export function* insertSessionSteps(
  session: NewSession,
  epoch: Epoch,
  origin: Origin,
): Steps<SessionRecord> {
  const inherited = {
    tenant_id: session.tenantId,
    user_id: session.userId,
    auth_version: epoch.user,
    tenant_auth_version: epoch.tenant,
    installation_auth_version: epoch.installation,
    authenticated_at: session.authenticatedAt,
  };
  yield* run(insertSession, {
    ...inherited,
    id: session.id,
    token_hash: session.tokenHash,
    created_at: session.createdAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
    idle_timeout: session.idleTimeout,
    methods: JSON.stringify(session.methods),
    device: JSON.stringify(session.device),
    place: session.place,
    series: session.series?.selector ?? origin.series ?? null,
    reauthentication_demanded_at: origin.demandedAt ?? null,
  });
  const { family, series } = session;
  if (family) {
    yield* run(insertFamily, {
      family_id: family.id,
      session_id: session.id,
      client_id: family.clientId,
      generation: 0,
      token_hash: family.tokenHash,
      issued_at: session.lastSeenAt,
      rotated_at: session.lastSeenAt,
      expires_at: family.expiresAt,
      idle_expires_at: family.idleExpiresAt,
    });
  }
  if (series) {
    yield* run(insertSeries, {
      ...inherited,
      selector: series.selector,
      verifier_hash: series.verifierHash,
      issued_at: session.lastSeenAt,
      expires_at: series.expiresAt,
    });
  }
  const subject = { tenantId: session.tenantId, userId: session.userId, sessionId: session.id };
  const { type, reason } = origin;
  yield* writeAudit(type, subject, { ...session, at: session.lastSeenAt, reason });
  const row = yield* first(sessionById, { id: session.id });
  if (!row) throw new Error("A session that was just inserted cannot be read.");
  return toRecord(row);
}
