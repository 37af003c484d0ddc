/** Finds sessions by their cookie, their id or their refresh family, with all that judges them. */
import type { SessionRecord } from "../../../core/session.ts";
import type { CredentialKey } from "../../../core/store.ts";
import { selectRecord, type RecordRow, toRecord } from "../record.ts";
import { all, first, type Statement, statement, type Steps } from "../statement.ts";

type By = CredentialKey["by"];

/** A record, and the key that it was found by. */
interface Found extends RecordRow {
  readonly key: string;
}

interface Finder {
  readonly one: Statement<{ key: string }, Found>;
  readonly many: Statement<{ keys: string }, Found>;
}

const finders: { readonly [B in By]: Finder } = {
  token: finder("token", "s", "token_hash"),
  id: finder("id", "s", "id"),
  family: finder("family", "f", "family_id"),
};

/** One record a key, undefined where there is none. A key of one tenant finds nothing of another. */
export function* findSessions(
  keys: readonly CredentialKey[],
): Steps<readonly (SessionRecord | undefined)[]> {
  const found = new Map<string, SessionRecord>();
  for (const by of Object.keys(finders) as By[]) {
    const wanted = keys.filter((key) => key.by === by).map(valueOf);
    for (const row of yield* findBy(finders[by], wanted)) {
      found.set(`${by} ${row.key}`, toRecord(row));
    }
  }
  return keys.map((key) => {
    const record = found.get(`${key.by} ${valueOf(key)}`);
    return record?.tenantId === key.tenantId ? record : undefined;
  });
}

function* findBy({ one, many }: Finder, wanted: readonly string[]): Steps<readonly Found[]> {
  const [key] = wanted;
  if (key === undefined) return [];
  if (wanted.length > 1) return yield* all(many, { keys: JSON.stringify(wanted) });
  const row = yield* first(one, { key });
  return row ? [row] : [];
}

function valueOf(key: CredentialKey): string {
  return key.by === "token" ? key.tokenHash : key.by === "id" ? key.sessionId : key.familyId;
}

function finder(by: By, table: "s" | "f", column: "token_hash" | "id" | "family_id"): Finder {
  const name = `${table}.${column}` as "s.id";
  return {
    one: statement<{ key: string }>()(`find_by_${by}`, (db, $, flavour) =>
      selectRecord(db, flavour).select(`${name} as key`).where(name, "=", $.key),
    ),
    many: statement<{ keys: string }>()(`find_all_by_${by}`, (db, $, flavour) => {
      const records = selectRecord(db, flavour).select(`${name} as key`);
      if (by !== "family") return records.where(flavour.isOneOf(name, $.keys));
      // By way of the sessions: SQLite would go through all of them to find some families.
      const families = db.selectFrom("refresh_tokens").select("session_id");
      return records.where("s.id", "in", families.where(flavour.isOneOf("family_id", $.keys)));
    }),
  };
}
