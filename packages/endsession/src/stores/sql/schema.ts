/**
 * The tables. Times are milliseconds since 1970 as integers; lists and devices are JSON text, so
 * that one set of statements serves every SQL database.
 */
import type { Generated } from "kysely";

/** One row: the whole installation. */
export interface InstallationTable {
  id: number;
  /** Drawn when the database was made; another value means another history. */
  incarnation: string;
  auth_version: number;
  epoch_reason: string | null;
  epoch_audit_id: string | null;
  /** How many sweeps there were. Each removes only ends that the one before it has seen. */
  sweeps: Generated<number>;
  /** The position of the last sweep. */
  swept_position: string | null;
}

export interface TenantsTable {
  id: string;
  auth_version: number;
  epoch_reason: string | null;
  epoch_audit_id: string | null;
}

export interface UsersTable {
  tenant_id: string;
  id: string;
  auth_version: number;
  epoch_reason: string | null;
  epoch_audit_id: string | null;
}

export interface SessionsTable {
  id: string;
  tenant_id: string;
  user_id: string;
  /** SHA-256 of the session cookie's value; null for a session without one. */
  token_hash: string | null;
  /** The three epochs that the session was started under. */
  auth_version: number;
  tenant_auth_version: number;
  installation_auth_version: number;
  created_at: number;
  authenticated_at: number;
  last_seen_at: number;
  expires_at: number;
  idle_timeout: number | null;
  methods: string;
  device: string;
  place: string | null;
  /** The remember-me series of this device. */
  series: string | null;
  reauthentication_demanded_at: number | null;
  /** The session that continues this one under a new id. */
  successor_id: string | null;
  ended_at: number | null;
  end_reason: string | null;
  end_audit_id: string | null;
}

/** One row a family: its newest generation. */
export interface RefreshTokensTable {
  family_id: string;
  session_id: string;
  client_id: string | null;
  generation: number;
  token_hash: string;
  previous_hash: string | null;
  sealed_successor: string | null;
  issued_at: number;
  rotated_at: number;
  confirmed_at: number | null;
  grace_uses: number;
  grace_run: number;
  expires_at: number;
  idle_expires_at: number;
  revoked_at: number | null;
}

/** One row a series: the newest verifier of a remembered device. */
export interface RememberMeTokensTable {
  selector: string;
  tenant_id: string;
  user_id: string;
  verifier_hash: string;
  /** The verifier before it, when it was spent, and what that has got, sealed under its token. */
  previous_hash: string | null;
  spent_at: number | null;
  sealed_successor: string | null;
  auth_version: number;
  tenant_auth_version: number;
  installation_auth_version: number;
  authenticated_at: number;
  issued_at: number;
  expires_at: number;
  revoked_at: number | null;
  end_reason: string | null;
  end_audit_id: string | null;
}

export interface AuditTable {
  /** Rises with every record: the order of commits. */
  sequence: Generated<number>;
  id: string;
  at: number;
  type: string;
  tenant_id: string;
  user_id: string | null;
  session_id: string | null;
  actor: string;
  reason: string | null;
  address: string | null;
}

/** The ends in their order. Its last position is the mark that a start is checked against. */
export interface EndsTable {
  sequence: Generated<number>;
  at: number;
  tenant_id: string | null;
  user_id: string | null;
  session_id: string | null;
  /** Null for a session that goes on and must be read anew. */
  reason: string | null;
  audit_id: string | null;
  /** What the epoch rose to; null for the end of a session. */
  auth_version: number | null;
}

/** The running instances that answer from memory. */
export interface InstancesTable {
  id: string;
  /** Rises with every poll. */
  beat: Generated<number>;
  /** The position up to which the instance has applied all ends. */
  applied: string | null;
  /** Its B, in milliseconds. */
  bound: number;
}

export interface SuspicionsTable {
  session_id: string;
  name: string;
  at: number;
}

export interface SigningKeysTable {
  id: string;
  /** 0 signs. */
  position: number;
  algorithm: string;
  public_jwk: string;
  private_jwk: string;
  sealed: number;
  created_at: number;
}

/** All tables by name. */
export interface Tables {
  installation: InstallationTable;
  tenants: TenantsTable;
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  remember_me_tokens: RememberMeTokensTable;
  audit: AuditTable;
  ends: EndsTable;
  instances: InstancesTable;
  suspicions: SuspicionsTable;
  signing_keys: SigningKeysTable;
}
