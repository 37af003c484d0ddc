/** Finds sessions by their cookie, their id or their refresh family, with all that judges them. */
import type { SessionRecord } from "../../../core/session.ts";
import type { CredentialKey } from "../../../core/store.ts";
import { selectRecord, type RecordRow, toRecord } from "../record.ts";
import { all, first, type Statement, statement, type Steps } from "../statement.ts";

type By = CredentialKey["by"];
type Column = "token_hash" | "id" | "family_id";

interface Finder {
  readonly one: Statement<{ key: string }, RecordRow>;
  readonly many: Statement<{ keys: string }, RecordRow>;
  readonly column: Column;
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
  const found = new Map<string, RecordRow>();
  for (const by of Object.keys(finders) as By[]) {
    const wanted = keys.filter((key) => key.by === by).map(valueOf);
    for (const row of yield* findBy(finders[by], wanted)) {
      found.set(`${by} ${row[finders[by].column] ?? ""}`, row);
    }
  }
  return keys.map((key) => {
    const row = found.get(`${key.by} ${valueOf(key)}`);
    return row?.tenant_id === key.tenantId ? toRecord(row) : undefined;
  });
}

function* findBy({ one, many }: Finder, wanted: readonly string[]): Steps<readonly RecordRow[]> {
  const [key] = wanted;
  if (key === undefined) return [];
  if (wanted.length > 1) return yield* all(many, { keys: JSON.stringify(wanted) });
  const row = yield* first(one, { key });
  return row ? [row] : [];
}

function valueOf(key: CredentialKey): string {
  return key.by === "token" ? key.tokenHash : key.by === "id" ? key.sessionId : key.familyId;
}

function finder(by: By, table: "s" | "f", column: Column): Finder {
  const name = `${table}.${column}` as "s.id";
  return {
    column,
    one: statement<{ key: string }>()(`find_by_${by}`, (db, $) =>
      selectRecord(db).where(name, "=", $.key),
    ),
    many: statement<{ keys: string }>()(`find_all_by_${by}`, (db, $, { isOneOf }) => {
      const records = selectRecord(db);
      if (by !== "family") return records.where(isOneOf(name, $.keys));
      // By way of the sessions: SQLite would go through all of them to find some families.
      const families = db.selectFrom("refresh_tokens").select("session_id");
      return records.where("s.id", "in", families.where(isOneOf("family_id", $.keys)));
    }),
  };
}
