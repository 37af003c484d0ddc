/** Replaces the signing keys; of several processes that try at once, one wins. */
import type { Conditional, SetSigningKeys } from "../../../core/acts.ts";
import { all, insertInto, run, statement, type Steps } from "../statement.ts";

const keyIds = statement<Record<never, never>>()("signing_key_ids", (db) =>
  db.selectFrom("signing_keys").select("id"),
);

const removeKeys = statement<Record<never, never>>()("remove_signing_keys", (db) =>
  db.deleteFrom("signing_keys"),
);

const insertKey = insertInto("insert_signing_key", "signing_keys", [
  "id",
  "position",
  "algorithm",
  "public_jwk",
  "private_jwk",
  "sealed",
  "created_at",
]);

/** The act. */
export function* setSigningKeys(act: SetSigningKeys): Steps<Conditional> {
  const ids = (yield* all(keyIds, {})).map(({ id }) => id).toSorted();
  if (ids.join() !== act.from.toSorted().join()) return { done: false };
  yield* run(removeKeys, {});
  for (const [position, key] of act.keys.entries()) {
    yield* run(insertKey, {
      id: key.id,
      position,
      algorithm: key.algorithm,
      public_jwk: key.publicJwk,
      private_jwk: key.privateJwk,
      sealed: key.sealed ? 1 : 0,
      created_at: key.createdAt,
    });
  }
  return { done: true };
}
