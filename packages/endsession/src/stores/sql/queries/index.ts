/** The reads that are on no request's hot path. */
import type { AuditEntry } from "../../../core/audit.ts";
import type { SessionRecord } from "../../../core/session.ts";
import type { SigningKeyRecord } from "../../../core/acts.ts";
import type { Answers, Query } from "../../../core/store.ts";
import { all, first, isNull, statement, type Steps } from "../statement.ts";
import { selectRecord, toRecord } from "../record.ts";
import { findSeries } from "./series.ts";

const positionOfNow = statement<Record<never, never>>()("position", (db, _, { position }) =>
  db.selectNoFrom(position.as("mark")),
);

const sessionsOfUser = statement<{ tenant: string; user: string }>()(
  "sessions_of_user",
  (db, $, flavour) =>
    selectRecord(db, flavour)
      .where("s.tenant_id", "=", $.tenant)
      .where("s.user_id", "=", $.user)
      .where("s.ended_at", "is", null)
      .orderBy("s.last_seen_at", "desc")
      .limit(1000),
);

const auditPage = statement<{
  tenant: string;
  user: string | null;
  before: string | null;
  limit: number;
}>()("audit_page", (db, $) =>
  db
    .selectFrom("audit")
    .selectAll()
    .where("tenant_id", "in", [$.tenant, ""])
    .where((eb) => eb.or([isNull($.user), eb("user_id", "=", $.user)]))
    .where((eb) =>
      eb.or([
        isNull($.before),
        eb("sequence", "<", (of) =>
          of.selectFrom("audit as b").select("b.sequence").where("b.id", "=", $.before),
        ),
      ]),
    )
    .orderBy("sequence", "desc")
    .limit($.limit),
);

/** From the newest back: it passes only what the answer holds. */
const lastEndBefore = statement<{ at: number }>()("last_end_before", (db, $) =>
  db
    .selectFrom("ends")
    .select("sequence")
    .where("at", "<", $.at)
    .orderBy("sequence", "desc")
    .limit(1),
);

const endsSince = statement<{ at: number; after: number; limit: number }>()("ends_since", (db, $) =>
  db
    .selectFrom("ends")
    .selectAll()
    .where("at", ">=", $.at)
    .where("sequence", ">", $.after)
    .orderBy("sequence")
    .limit($.limit),
);

const signingKeys = statement<Record<never, never>>()("signing_keys", (db) =>
  db.selectFrom("signing_keys").selectAll().orderBy("position"),
);

const installationEpoch = statement<Record<never, never>>()("installation_epoch", (db) =>
  db.selectFrom("installation").select("auth_version").where("id", "=", 1),
);

type AnswersOf = {
  [K in Query["kind"]]: (query: Extract<Query, { kind: K }>) => Steps<Answers[K]>;
};

const answers: AnswersOf = {
  *mark() {
    const row = yield* first(positionOfNow, {});
    return row?.mark ?? "";
  },
  *sessions_of({ tenantId, userId }): Steps<readonly SessionRecord[]> {
    const rows = yield* all(sessionsOfUser, { tenant: tenantId, user: userId });
    return rows.map(toRecord);
  },
  *audit({ tenantId, userId, before, limit }): Steps<readonly AuditEntry[]> {
    const rows = yield* all(auditPage, { tenant: tenantId, user: userId, before, limit });
    return rows.map((row) => ({
      id: row.id,
      at: row.at,
      type: row.type as AuditEntry["type"],
      tenantId: row.tenant_id,
      userId: row.user_id,
      sessionId: row.session_id,
      actor: row.actor as AuditEntry["actor"],
      reason: row.reason,
      address: row.address,
    }));
  },
  *ends_since({ at, after, limit }): Steps<Answers["ends_since"]> {
    const from = after ?? (yield* first(lastEndBefore, { at }))?.sequence ?? 0;
    const rows = yield* all(endsSince, { at, after: Number(from), limit });
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      userId: row.user_id,
      sessionId: row.session_id,
      reason: row.reason,
      auditId: row.audit_id,
      epoch: row.auth_version,
      place: String(row.sequence),
    }));
  },
  *signing_keys(): Steps<Answers["signing_keys"]> {
    const rows = yield* all(signingKeys, {});
    const installation = yield* first(installationEpoch, {});
    const keys = rows.map((row): SigningKeyRecord => ({
      id: row.id,
      algorithm: row.algorithm,
      publicJwk: row.public_jwk,
      privateJwk: row.private_jwk,
      sealed: row.sealed === 1,
      createdAt: row.created_at,
    }));
    return { keys, installationEpoch: installation?.auth_version ?? 0 };
  },
  series: ({ tenantId, selector }) => findSeries(tenantId, selector),
};

/** The steps that answer a query. */
export function querySteps<Q extends Query>(query: Q): Steps<Answers[Q["kind"]]> {
  const steps = answers[query.kind] as (of: Q) => Steps<Answers[Q["kind"]]>;
  return steps(query);
}
