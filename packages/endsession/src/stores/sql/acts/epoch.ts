/** Reads the epochs of a user, making the rows of a user or tenant that is new. */
import type { Epoch } from "../../../core/epoch.ts";
import { first, run, statement, type Steps } from "../statement.ts";

const ensureTenant = statement<{ tenant: string }>()("ensure_tenant", (db, $) =>
  db
    .insertInto("tenants")
    .values({ id: $.tenant, auth_version: 1 })
    .onConflict((conflict) => conflict.doNothing()),
);

const ensureUser = statement<{ tenant: string; user: string }>()("ensure_user", (db, $) =>
  db
    .insertInto("users")
    .values({ tenant_id: $.tenant, id: $.user, auth_version: 1 })
    .onConflict((conflict) => conflict.doNothing()),
);

const epochOf = statement<{ tenant: string; user: string }>()("epoch_of", (db, $) =>
  db
    .selectFrom("users as u")
    .innerJoin("tenants as t", "t.id", "u.tenant_id")
    .innerJoin("installation as i", (join) => join.on("i.id", "=", 1))
    .select(["u.auth_version as user", "t.auth_version as tenant"])
    .select("i.auth_version as installation")
    .where("u.tenant_id", "=", $.tenant)
    .where("u.id", "=", $.user),
);

/** The epoch that a session started now would live under. */
export function* readEpoch(tenant: string, user: string): Steps<Epoch> {
  const known = yield* first(epochOf, { tenant, user });
  if (known) return known;
  yield* makeUser(tenant, user);
  const made = yield* first(epochOf, { tenant, user });
  if (!made) throw new Error("The table `installation` has no row.");
  return made;
}

/** Makes the rows of a user and its tenant, where there are none. */
export function* makeUser(tenant: string, user: string): Steps<void> {
  yield* run(ensureTenant, { tenant });
  yield* run(ensureUser, { tenant, user });
}
