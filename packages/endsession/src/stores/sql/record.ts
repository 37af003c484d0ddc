/** A session's row with its epochs and its family, and what core calls it. */
import {
  type Expression,
  expressionBuilder,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  sql,
  type SqlBool,
} from "kysely";
import type { Died } from "../../core/acts.ts";
import type { Device } from "../../core/device.ts";
import type { SessionRecord } from "../../core/session.ts";
import type { EndReason } from "../../protocol/reasons.ts";
import type {
  InstallationTable,
  RefreshTokensTable,
  SessionsTable,
  Tables,
  TenantsTable,
  UsersTable,
} from "./schema.ts";

type Joined = Tables & {
  s: SessionsTable;
  u: UsersTable;
  t: TenantsTable;
  i: InstallationTable;
  f: { [K in keyof RefreshTokensTable]: RefreshTokensTable[K] | null };
};

/** The row that {@link selectRecord} gives. */
export interface RecordRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly token_hash: string | null;
  readonly auth_version: number;
  readonly tenant_auth_version: number;
  readonly installation_auth_version: number;
  readonly user_epoch: number;
  readonly tenant_epoch: number;
  readonly installation_epoch: number;
  readonly user_reason: string | null;
  readonly user_audit_id: string | null;
  readonly tenant_reason: string | null;
  readonly tenant_audit_id: string | null;
  readonly installation_reason: string | null;
  readonly installation_audit_id: string | null;
  readonly created_at: number;
  readonly authenticated_at: number;
  readonly last_seen_at: number;
  readonly expires_at: number;
  readonly idle_timeout: number | null;
  readonly methods: string;
  readonly device: string;
  readonly place: string | null;
  readonly series: string | null;
  readonly reauthentication_demanded_at: number | null;
  readonly ended_at: number | null;
  readonly end_reason: string | null;
  readonly end_audit_id: string | null;
  readonly family_id: string | null;
  readonly client_id: string | null;
  readonly generation: number | null;
  readonly family_token_hash: string | null;
  readonly previous_hash: string | null;
  readonly sealed_successor: string | null;
  readonly rotated_at: number | null;
  readonly confirmed_at: number | null;
  readonly grace_uses: number | null;
  readonly grace_run: number | null;
  readonly family_expires_at: number | null;
  readonly idle_expires_at: number | null;
  readonly revoked_at: number | null;
}

/** Selects sessions with all that {@link toRecord} needs; add the condition. */
export function selectRecord(
  db: Kysely<Tables>,
): SelectQueryBuilder<Joined, "s" | "u" | "t" | "i" | "f", RecordRow> {
  return db
    .selectFrom("sessions as s")
    .innerJoin("users as u", (join) =>
      join.onRef("u.tenant_id", "=", "s.tenant_id").onRef("u.id", "=", "s.user_id"),
    )
    .innerJoin("tenants as t", "t.id", "s.tenant_id")
    .innerJoin("installation as i", (join) => join.on("i.id", "=", 1))
    .leftJoin("refresh_tokens as f", "f.session_id", "s.id")
    .select([
      "s.id",
      "s.tenant_id",
      "s.user_id",
      "s.token_hash",
      "s.auth_version",
      "s.tenant_auth_version",
      "s.installation_auth_version",
      "u.auth_version as user_epoch",
      "t.auth_version as tenant_epoch",
      "i.auth_version as installation_epoch",
      "u.epoch_reason as user_reason",
      "u.epoch_audit_id as user_audit_id",
      "t.epoch_reason as tenant_reason",
      "t.epoch_audit_id as tenant_audit_id",
      "i.epoch_reason as installation_reason",
      "i.epoch_audit_id as installation_audit_id",
      "s.created_at",
      "s.authenticated_at",
      "s.last_seen_at",
      "s.expires_at",
      "s.idle_timeout",
      "s.methods",
      "s.device",
      "s.place",
      "s.series",
      "s.reauthentication_demanded_at",
      "s.ended_at",
      "s.end_reason",
      "s.end_audit_id",
      "f.family_id",
      "f.client_id",
      "f.generation",
      "f.token_hash as family_token_hash",
      "f.previous_hash",
      "f.sealed_successor",
      "f.rotated_at",
      "f.confirmed_at",
      "f.grace_uses",
      "f.grace_run",
      "f.expires_at as family_expires_at",
      "f.idle_expires_at",
      "f.revoked_at",
    ]) as unknown as SelectQueryBuilder<Joined, "s" | "u" | "t" | "i" | "f", RecordRow>;
}

const eb = expressionBuilder<Tables, "sessions">();

/**
 * The condition under which a session is live, as `judge` in core has it, for writes that must
 * not outlive an end. `at` is the present; `sessions` must be among the statement's tables.
 */
export function isLive(at: Expression<number>): Expression<SqlBool> {
  return eb.and([eb("sessions.ended_at", "is", null), isWithin(at), isCurrent()]);
}

/** The part of {@link isLive} that timeouts decide. */
export function isWithin(at: Expression<number>): Expression<SqlBool> {
  return eb.and([
    eb("sessions.expires_at", ">", at),
    eb.or([
      eb("sessions.idle_timeout", "is", null),
      eb(eb("sessions.last_seen_at", "+", eb.ref("sessions.idle_timeout").$notNull()), ">", at),
    ]),
  ]);
}

/** The part of {@link isLive} that epochs decide. */
export function isCurrent(): Expression<SqlBool> {
  return eb.and([
    eb("sessions.auth_version", "=", (query) =>
      query
        .selectFrom("users")
        .select("users.auth_version")
        .whereRef("users.tenant_id", "=", "sessions.tenant_id")
        .whereRef("users.id", "=", "sessions.user_id"),
    ),
    eb("sessions.tenant_auth_version", "=", (query) =>
      query
        .selectFrom("tenants")
        .select("tenants.auth_version")
        .whereRef("tenants.id", "=", "sessions.tenant_id"),
    ),
    eb("sessions.installation_auth_version", "=", (query) =>
      query
        .selectFrom("installation")
        .select("installation.auth_version")
        .where("installation.id", "=", 1),
    ),
  ]);
}

/** A condition as a column: 1 or 0. */
export function asNumber(condition: Expression<SqlBool>): RawBuilder<number> {
  return sql`case when ${condition} then 1 else 0 end`;
}

/** What died with a session, by its row and by whether its refresh tokens were alive. */
export function toDied(
  row: Pick<SessionsTable, "token_hash" | "series"> & { readonly live: number },
  family: boolean,
): Died {
  const live = row.live === 1;
  const cookie = live && row.token_hash !== null;
  return { live, cookie, tokens: live && family, rememberMe: row.series !== null };
}

/** Which epoch rose, and why: the widest one first. */
function raised(row: RecordRow): { reason: string | null; auditId: string | null } {
  if (row.installation_auth_version !== row.installation_epoch) {
    return { reason: row.installation_reason, auditId: row.installation_audit_id };
  }
  if (row.tenant_auth_version !== row.tenant_epoch) {
    return { reason: row.tenant_reason, auditId: row.tenant_audit_id };
  }
  return { reason: row.user_reason, auditId: row.user_audit_id };
}

/** The record that core judges. */
export function toRecord(row: RecordRow): SessionRecord {
  const cause = raised(row);
  return {
    id: row.id,
    tenantId: row.tenant_id,
    userId: row.user_id,
    hasCookie: row.token_hash !== null,
    epoch: {
      user: row.auth_version,
      tenant: row.tenant_auth_version,
      installation: row.installation_auth_version,
    },
    currentEpoch: {
      user: row.user_epoch,
      tenant: row.tenant_epoch,
      installation: row.installation_epoch,
    },
    epochReason: cause.reason as EndReason | null,
    epochAuditId: cause.auditId,
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    idleTimeout: row.idle_timeout,
    methods: parsed(row.methods) as readonly string[],
    device: parsed(row.device) as Device,
    place: row.place,
    series: row.series,
    reauthenticationDemandedAt: row.reauthentication_demanded_at,
    endedAt: row.ended_at,
    endReason: row.end_reason as EndReason | null,
    endAuditId: row.end_audit_id,
    family: toFamily(row),
  };
}

function toFamily(row: RecordRow): SessionRecord["family"] {
  if (row.family_id === null || row.family_token_hash === null) return null;
  return {
    id: row.family_id,
    clientId: row.client_id,
    generation: row.generation ?? 0,
    tokenHash: row.family_token_hash,
    previousHash: row.previous_hash,
    sealedSuccessor: row.sealed_successor,
    rotatedAt: row.rotated_at ?? 0,
    confirmedAt: row.confirmed_at,
    graceUses: row.grace_uses ?? 0,
    graceRun: row.grace_run ?? 0,
    expiresAt: row.family_expires_at ?? 0,
    idleExpiresAt: row.idle_expires_at ?? 0,
    revokedAt: row.revoked_at,
  };
}

/** Thousands of sessions share a few devices and ways to sign in: each is read once, and frozen. */
const known = new Map<string, unknown>();
const mostKnown = 1000;

function parsed(text: string): unknown {
  const seen = known.get(text);
  if (seen !== undefined) return seen;
  const value: unknown = Object.freeze(JSON.parse(text));
  if (known.size >= mostKnown) known.clear();
  known.set(text, value);
  return value;
}
