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
import type { Flavour } from "./flavour.ts";
import type {
  InstallationTable,
  RefreshTokensTable,
  SessionsTable,
  Tables,
  TenantsTable,
  UsersTable,
} from "./schema.ts";

interface Joined {
  s: SessionsTable;
  u: UsersTable;
  t: TenantsTable;
  i: InstallationTable;
  f: { [K in keyof RefreshTokensTable]: RefreshTokensTable[K] | null };
}

/** What a record is read from, in the order in which {@link toRecord} takes it. */
const ofSession = [
  "s.id",
  "s.tenant_id",
  "s.user_id",
  "s.token_hash",
  "s.auth_version",
  "s.tenant_auth_version",
  "s.installation_auth_version",
  "u.auth_version",
  "t.auth_version",
  "i.auth_version",
  "u.epoch_reason",
  "u.epoch_audit_id",
  "t.epoch_reason",
  "t.epoch_audit_id",
  "i.epoch_reason",
  "i.epoch_audit_id",
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
] as const;

/** The same of its family. */
const ofFamily = [
  "f.family_id",
  "f.client_id",
  "f.generation",
  "f.token_hash",
  "f.previous_hash",
  "f.sealed_successor",
  "f.rotated_at",
  "f.confirmed_at",
  "f.grace_uses",
  "f.grace_run",
  "f.expires_at",
  "f.idle_expires_at",
  "f.revoked_at",
] as const;

type ValueOf<Column> = Column extends `${infer T extends keyof Joined}.${infer C}`
  ? Joined[T][C & keyof Joined[T]]
  : never;
type Values<Columns extends readonly string[]> = {
  -readonly [I in keyof Columns]: ValueOf<Columns[I]>;
};

/** The row that {@link selectRecord} gives: each column of a row has its price, a list has one. */
export interface RecordRow {
  /** The values of the session and of its epochs, as a JSON array. */
  readonly session: string;
  /** The values of its family, likewise; nulls without one. */
  readonly family: string;
}

/** Selects sessions with all that {@link toRecord} needs; add the condition. */
export function selectRecord(
  db: Kysely<Tables>,
  { list }: Flavour,
): SelectQueryBuilder<Tables & Joined, "s" | "u" | "t" | "i" | "f", RecordRow> {
  return db
    .selectFrom("sessions as s")
    .innerJoin("users as u", (join) =>
      join.onRef("u.tenant_id", "=", "s.tenant_id").onRef("u.id", "=", "s.user_id"),
    )
    .innerJoin("tenants as t", "t.id", "s.tenant_id")
    .innerJoin("installation as i", (join) => join.on("i.id", "=", 1))
    .leftJoin("refresh_tokens as f", "f.session_id", "s.id")
    .select([
      list(ofSession).as("session"),
      list(ofFamily).as("family"),
    ]) as unknown as SelectQueryBuilder<Tables & Joined, "s" | "u" | "t" | "i" | "f", RecordRow>;
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

/** The record that core judges. */
export function toRecord({ session, family }: RecordRow): SessionRecord {
  const [
    id,
    tenantId,
    userId,
    tokenHash,
    user,
    tenant,
    installation,
    currentUser,
    currentTenant,
    currentInstallation,
    userReason,
    userAuditId,
    tenantReason,
    tenantAuditId,
    installationReason,
    installationAuditId,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    expiresAt,
    idleTimeout,
    methods,
    device,
    place,
    series,
    reauthenticationDemandedAt,
    endedAt,
    endReason,
    endAuditId,
  ] = JSON.parse(session) as Values<typeof ofSession>;
  // Which epoch rose, and why: the widest one first.
  let [epochReason, epochAuditId] = [userReason, userAuditId];
  if (tenant !== currentTenant) [epochReason, epochAuditId] = [tenantReason, tenantAuditId];
  if (installation !== currentInstallation) {
    [epochReason, epochAuditId] = [installationReason, installationAuditId];
  }
  return {
    id,
    tenantId,
    userId,
    hasCookie: tokenHash !== null,
    epoch: { user, tenant, installation },
    currentEpoch: { user: currentUser, tenant: currentTenant, installation: currentInstallation },
    epochReason: epochReason as EndReason | null,
    epochAuditId,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    expiresAt,
    idleTimeout,
    methods: parsed(methods) as readonly string[],
    device: parsed(device) as Device,
    place,
    series,
    reauthenticationDemandedAt,
    endedAt,
    endReason: endReason as EndReason | null,
    endAuditId,
    family: toFamily(JSON.parse(family) as Values<typeof ofFamily>),
  };
}

function toFamily(values: Values<typeof ofFamily>): SessionRecord["family"] {
  const [
    id,
    clientId,
    generation,
    tokenHash,
    previousHash,
    sealedSuccessor,
    rotatedAt,
    confirmedAt,
    graceUses,
    graceRun,
    expiresAt,
    idleExpiresAt,
    revokedAt,
  ] = values;
  if (id === null || tokenHash === null) return null;
  return {
    id,
    clientId,
    generation: generation ?? 0,
    tokenHash,
    previousHash,
    sealedSuccessor,
    rotatedAt: rotatedAt ?? 0,
    confirmedAt,
    graceUses: graceUses ?? 0,
    graceRun: graceRun ?? 0,
    expiresAt: expiresAt ?? 0,
    idleExpiresAt: idleExpiresAt ?? 0,
    revokedAt,
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
