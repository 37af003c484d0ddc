/** Ends everything of a user, a tenant or the installation by one increment (P6). */
import type { Outcomes, RaiseEpoch } from "../../../core/acts.ts";
import { first, statement, type Steps } from "../statement.ts";
import { writeEnd } from "./audit.ts";
import { readEpoch } from "./epoch.ts";
import { endPredecessor, findKept, insertSuccessor } from "./reissue-session.ts";

type RaiseArgs = { tenant: string; user: string; reason: string; audit_id: string };

const raiseUser = statement<RaiseArgs>()("raise_user", (db, $) =>
  db
    .updateTable("users")
    .set((eb) => ({
      auth_version: eb("auth_version", "+", 1),
      epoch_reason: $.reason,
      epoch_audit_id: $.audit_id,
    }))
    .where("tenant_id", "=", $.tenant)
    .where("id", "=", $.user)
    .returning("auth_version"),
);

const raiseTenant = statement<Omit<RaiseArgs, "user">>()("raise_tenant", (db, $) =>
  db
    .insertInto("tenants")
    .values({
      id: $.tenant,
      auth_version: 2,
      epoch_reason: $.reason,
      epoch_audit_id: $.audit_id,
    })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((eb) => ({
        auth_version: eb("tenants.auth_version", "+", 1),
        epoch_reason: $.reason,
        epoch_audit_id: $.audit_id,
      })),
    )
    .returning("auth_version"),
);

const raiseInstallation = statement<{ reason: string; audit_id: string }>()(
  "raise_installation",
  (db, $) =>
    db
      .updateTable("installation")
      .set((eb) => ({
        auth_version: eb("auth_version", "+", 1),
        epoch_reason: $.reason,
        epoch_audit_id: $.audit_id,
      }))
      .where("id", "=", 1)
      .returning("auth_version"),
);

/** The act. */
export function* raiseEpoch(act: RaiseEpoch): Steps<Outcomes["raise_epoch"]> {
  const { scope, keep, cause } = act;
  // Before the increment, after which nothing is live.
  const kept = keep === null ? undefined : yield* findKept(keep);
  if (keep?.required && !kept) return { outcome: "refused" };
  if (keep && kept) yield* endPredecessor(kept, keep.successor);
  const { reason, auditId: audit_id } = cause;
  const raised = yield* raise(scope, reason, audit_id);
  yield* writeEnd("sessions_ended", { ...scope, sessionId: null }, cause, raised);
  const record = keep && kept ? yield* insertSuccessor(kept, keep.successor) : null;
  return { outcome: "raised", auditId: cause.auditId, kept: record };
}

function* raise(
  { tenantId: tenant, userId: user }: RaiseEpoch["scope"],
  reason: string,
  audit_id: string,
): Steps<number | null> {
  if (tenant !== null && user !== null) yield* readEpoch(tenant, user);
  const row =
    tenant === null
      ? yield* first(raiseInstallation, { reason, audit_id })
      : user === null
        ? yield* first(raiseTenant, { tenant, reason, audit_id })
        : yield* first(raiseUser, { tenant, user, reason, audit_id });
  return row?.auth_version ?? null;
}
