/** Finds a series of remember-me tokens with the epochs that it is judged by. */
import type { SeriesRecord } from "../../../core/series.ts";
import type { EndReason } from "../../../protocol/reasons.ts";
import { first, statement, type Steps } from "../statement.ts";

const seriesBySelector = statement<{ tenant: string; selector: string }>()(
  "series_by_selector",
  (db, $) =>
    db
      .selectFrom("remember_me_tokens as r")
      .innerJoin("users as u", (join) =>
        join.onRef("u.tenant_id", "=", "r.tenant_id").onRef("u.id", "=", "r.user_id"),
      )
      .innerJoin("tenants as t", "t.id", "r.tenant_id")
      .innerJoin("installation as i", (join) => join.on("i.id", "=", 1))
      .selectAll("r")
      .select(["u.auth_version as user_now", "t.auth_version as tenant_now"])
      .select("i.auth_version as installation_now")
      .where("r.tenant_id", "=", $.tenant)
      .where("r.selector", "=", $.selector),
);

/** The steps. */
export function* findSeries(tenant: string, selector: string): Steps<SeriesRecord | null> {
  const row = yield* first(seriesBySelector, { tenant, selector });
  if (!row) return null;
  return {
    userId: row.user_id,
    verifierHash: row.verifier_hash,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    endReason: row.end_reason as EndReason | null,
    endAuditId: row.end_audit_id,
    epoch: {
      user: row.auth_version,
      tenant: row.tenant_auth_version,
      installation: row.installation_auth_version,
    },
    currentEpoch: {
      user: row.user_now,
      tenant: row.tenant_now,
      installation: row.installation_now,
    },
  };
}
