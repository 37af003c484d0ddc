/** Adds the first signing key; of several processes that start at once, one wins. */
import type { AddSigningKey, Conditional } from "../../../core/acts.ts";
import { first, insertInto, run, statement, type Steps } from "../statement.ts";

const anyKey = statement<Record<never, never>>()("any_signing_key", (db) =>
  db.selectFrom("signing_keys").select("id").limit(1),
);

const insertKey = insertInto("insert_signing_key", "signing_keys", [
  "id",
  "algorithm",
  "public_jwk",
  "private_jwk",
  "sealed",
  "created_at",
]);

/** The act. */
export function* addSigningKey(act: AddSigningKey): Steps<Conditional> {
  if (yield* first(anyKey, {})) return { done: false };
  const { key } = act;
  yield* run(insertKey, {
    id: key.id,
    algorithm: key.algorithm,
    public_jwk: key.publicJwk,
    private_jwk: key.privateJwk,
    sealed: key.sealed ? 1 : 0,
    created_at: key.createdAt,
  });
  return { done: true };
}
