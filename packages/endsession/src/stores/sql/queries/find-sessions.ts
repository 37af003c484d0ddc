/** Finds a session by its cookie, its id or its refresh family, with all that judges it. */
import type { SessionRecord } from "../../../core/session.ts";
import type { CredentialKey } from "../../../core/store.ts";
import { first, statement, type Steps } from "../statement.ts";
import { selectRecord, toRecord } from "../record.ts";

const byToken = statement<{ tenant: string; key: string }>()("find_by_token", (db, $) =>
  selectRecord(db).where("s.token_hash", "=", $.key).where("s.tenant_id", "=", $.tenant),
);

const byId = statement<{ tenant: string; key: string }>()("find_by_id", (db, $) =>
  selectRecord(db).where("s.id", "=", $.key).where("s.tenant_id", "=", $.tenant),
);

const byFamily = statement<{ tenant: string; key: string }>()("find_by_family", (db, $) =>
  selectRecord(db).where("f.family_id", "=", $.key).where("s.tenant_id", "=", $.tenant),
);

/** One record a key, undefined where there is none. */
export function* findSessions(
  keys: readonly CredentialKey[],
): Steps<readonly (SessionRecord | undefined)[]> {
  const records: (SessionRecord | undefined)[] = [];
  for (const key of keys) records.push(yield* findOne(key));
  return records;
}

function* findOne(key: CredentialKey): Steps<SessionRecord | undefined> {
  const tenant = key.tenantId;
  const row =
    key.by === "token"
      ? yield* first(byToken, { tenant, key: key.tokenHash })
      : key.by === "id"
        ? yield* first(byId, { tenant, key: key.sessionId })
        : yield* first(byFamily, { tenant, key: key.familyId });
  return row && toRecord(row);
}
