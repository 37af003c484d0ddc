/** The first tables. Operators know the names: `sessions.user_id`, `users.auth_version`. */
import { type CreateTableBuilder, type Kysely, type Migration, sql } from "kysely";
import type { Flavour } from "../flavour.ts";

export function sessions(flavour: Flavour): Migration {
  return { up: (db) => createTables(db, flavour) };
}

async function createTables(db: Kysely<unknown>, flavour: Flavour): Promise<void> {
  await db.schema
    .createTable("installation")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("incarnation", "text", (c) => c.notNull())
    .$call(epochColumns)
    .execute();
  await db.schema
    .createTable("tenants")
    .addColumn("id", "text", (c) => c.primaryKey())
    .$call(epochColumns)
    .execute();
  await db.schema
    .createTable("users")
    .addColumn("tenant_id", "text", (c) => c.notNull())
    .addColumn("id", "text", (c) => c.notNull())
    .$call(epochColumns)
    .addPrimaryKeyConstraint("users_pk", ["tenant_id", "id"])
    .execute();
  await db.schema
    .createTable("sessions")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("tenant_id", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("token_hash", "text", (c) => c.unique())
    .$call(inheritedEpochColumns)
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("authenticated_at", "bigint", (c) => c.notNull())
    .addColumn("last_seen_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("idle_timeout", "bigint")
    .addColumn("methods", "text", (c) => c.notNull())
    .addColumn("device", "text", (c) => c.notNull())
    .addColumn("place", "text")
    .addColumn("series", "text")
    .addColumn("reauthentication_demanded_at", "bigint")
    .addColumn("successor_id", "text")
    .addColumn("ended_at", "bigint")
    .addColumn("end_reason", "text")
    .addColumn("end_audit_id", "text")
    .execute();
  await db.schema
    .createTable("refresh_tokens")
    .addColumn("family_id", "text", (c) => c.primaryKey())
    .addColumn("session_id", "text", (c) => c.notNull().unique())
    .addColumn("client_id", "text")
    .addColumn("generation", "integer", (c) => c.notNull())
    .addColumn("token_hash", "text", (c) => c.notNull())
    .addColumn("previous_hash", "text")
    .addColumn("sealed_successor", "text")
    .addColumn("issued_at", "bigint", (c) => c.notNull())
    .addColumn("rotated_at", "bigint", (c) => c.notNull())
    .addColumn("confirmed_at", "bigint")
    .addColumn("grace_uses", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("grace_run", "integer", (c) => c.notNull().defaultTo(0))
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("idle_expires_at", "bigint", (c) => c.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
  await db.schema
    .createTable("remember_me_tokens")
    .addColumn("selector", "text", (c) => c.primaryKey())
    .addColumn("tenant_id", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("verifier_hash", "text", (c) => c.notNull())
    .$call(inheritedEpochColumns)
    .addColumn("authenticated_at", "bigint", (c) => c.notNull())
    .addColumn("issued_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("revoked_at", "bigint")
    .addColumn("end_reason", "text")
    .addColumn("end_audit_id", "text")
    .execute();
  await db.schema
    .createTable("audit")
    .$call(flavour.addSequence)
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("type", "text", (c) => c.notNull())
    .addColumn("tenant_id", "text", (c) => c.notNull())
    .addColumn("user_id", "text")
    .addColumn("session_id", "text")
    .addColumn("actor", "text", (c) => c.notNull())
    .addColumn("reason", "text")
    .addColumn("address", "text")
    .execute();
  await db.schema
    .createTable("ends")
    .$call(flavour.addSequence)
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("tenant_id", "text")
    .addColumn("user_id", "text")
    .addColumn("session_id", "text")
    .execute();
  await db.schema
    .createTable("suspicions")
    .addColumn("session_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("suspicions_pk", ["session_id", "name"])
    .execute();
  await db.schema
    .createTable("signing_keys")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("algorithm", "text", (c) => c.notNull())
    .addColumn("public_jwk", "text", (c) => c.notNull())
    .addColumn("private_jwk", "text", (c) => c.notNull())
    .addColumn("sealed", "integer", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex("sessions_of_user")
    .on("sessions")
    .columns(["tenant_id", "user_id", "last_seen_at"])
    .where(sql.ref("ended_at"), "is", null)
    .execute();
  await db.schema
    .createIndex("sessions_of_series")
    .on("sessions")
    .column("series")
    .where("series", "is not", null)
    .execute();
  await db.schema.createIndex("sessions_by_expiry").on("sessions").column("expires_at").execute();
  await db.schema
    .createIndex("sessions_by_idle_expiry")
    .on("sessions")
    .expression(sql`(last_seen_at + idle_timeout)`)
    .where(sql.ref("ended_at"), "is", null)
    .execute();
  await db.schema
    .createIndex("refresh_tokens_sealed")
    .on("refresh_tokens")
    .column("confirmed_at")
    .where(sql.ref("sealed_successor"), "is not", null)
    .execute();
  await db.schema
    .createIndex("remember_me_tokens_by_expiry")
    .on("remember_me_tokens")
    .column("expires_at")
    .execute();
  await db.schema.createIndex("audit_by_time").on("audit").column("at").execute();
  await db.schema.createIndex("ends_by_time").on("ends").column("at").execute();
  await db.schema
    .createIndex("audit_of_user")
    .on("audit")
    .columns(["tenant_id", "user_id", "sequence"])
    .execute();
}

function epochColumns<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
): CreateTableBuilder<T, C> {
  return table
    .addColumn("auth_version" as C, "bigint", (c) => c.notNull().defaultTo(1))
    .addColumn("epoch_reason" as C, "text")
    .addColumn("epoch_audit_id" as C, "text");
}

function inheritedEpochColumns<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
): CreateTableBuilder<T, C> {
  return table
    .addColumn("auth_version" as C, "bigint", (c) => c.notNull())
    .addColumn("tenant_auth_version" as C, "bigint", (c) => c.notNull())
    .addColumn("installation_auth_version" as C, "bigint", (c) => c.notNull());
}
