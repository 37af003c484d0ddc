/**
 * Spends a remember-me token (RM-02): its verifier is swapped and a session starts, or neither. A
 * request that was under way meanwhile with the same token gets the same.
 */
import type { NewSession, Outcomes, SpendRememberMe } from "../../../core/acts.ts";
import { type Epoch, sameEpoch } from "../../../core/epoch.ts";
import type { EndReason } from "../../../protocol/reasons.ts";
import { all, first, run, statement, type Steps } from "../statement.ts";
import { endSingle } from "./end-session.ts";
import { readEpoch } from "./epoch.ts";
import { insertSessionSteps } from "./insert-session.ts";
import { endBeyondLimit } from "./start-session.ts";

const seriesToSpend = statement<{ selector: string; tenant: string }>()(
  "series_to_spend",
  (db, $) =>
    db
      .selectFrom("remember_me_tokens")
      .selectAll()
      .where("selector", "=", $.selector)
      .where("tenant_id", "=", $.tenant),
);

const latestOfSeries = statement<{ selector: string }>()("latest_of_series", (db, $) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("series", "=", $.selector)
    .orderBy("created_at", "desc")
    .limit(1),
);

const demandOfSeries = statement<{ selector: string }>()("demand_of_series", (db, $) =>
  db
    .selectFrom("sessions")
    .select("reauthentication_demanded_at")
    .where("series", "=", $.selector)
    .where("reauthentication_demanded_at", "is not", null)
    .limit(1),
);

const openOfSeries = statement<{ selector: string }>()("open_before_spending", (db, $) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("series", "=", $.selector)
    .where("ended_at", "is", null),
);

const swapVerifier = statement<{
  selector: string;
  from: string;
  to: string;
  sealed: string;
  at: number;
}>()("swap_verifier", (db, $) =>
  db
    .updateTable("remember_me_tokens")
    .set({
      verifier_hash: $.to,
      previous_hash: $.from,
      spent_at: $.at,
      sealed_successor: $.sealed,
    })
    .where("selector", "=", $.selector)
    .where("verifier_hash", "=", $.from)
    .where("revoked_at", "is", null),
);

/** The act. */
export function* spendRememberMe(act: SpendRememberMe): Steps<Outcomes["spend_remember_me"]> {
  const { selector, verifierHash } = act;
  const { tenantId, lastSeenAt } = act.session;
  const series = yield* first(seriesToSpend, { selector, tenant: tenantId });
  if (!series) return { outcome: "unknown" };
  const userId = series.user_id;
  const { previous_hash: previous, spent_at: spentAt, expires_at: seriesExpiresAt } = series;
  // The successor's own use leaves the token two behind, and ends the grace.
  const inGrace = previous === verifierHash && spentAt !== null && lastSeenAt - spentAt < act.grace;
  const sealedSuccessor = inGrace ? series.sealed_successor : null;
  if (series.verifier_hash !== verifierHash && sealedSuccessor === null) {
    const latest = yield* first(latestOfSeries, { selector });
    return { outcome: "reused", userId, sessionId: latest?.id ?? null };
  }
  if (series.revoked_at !== null) {
    return { outcome: "ended", reason: (series.end_reason ?? "logout") as EndReason };
  }
  if (lastSeenAt >= seriesExpiresAt) return { outcome: "ended", reason: "expired_absolute" };
  const epoch: Epoch = {
    user: series.auth_version,
    tenant: series.tenant_auth_version,
    installation: series.installation_auth_version,
  };
  if (!sameEpoch(epoch, yield* readEpoch(tenantId, userId))) {
    return { outcome: "ended", reason: "logout_all" };
  }
  if (sealedSuccessor !== null) return { outcome: "repeated", sealedSuccessor, seriesExpiresAt };
  const { nextVerifierHash: to, sealedSuccessor: sealed } = act;
  const swap = { selector, from: verifierHash, to, sealed, at: lastSeenAt };
  if ((yield* run(swapVerifier, swap)) !== 1) {
    return { outcome: "reused", userId, sessionId: null };
  }
  const session: NewSession = {
    ...act.session,
    userId,
    authenticatedAt: series.authenticated_at,
    series: null,
  };
  // The device begins anew: what it had begun from this series before is over.
  for (const { id } of yield* all(openOfSeries, { selector })) {
    yield* endSingle(tenantId, id, {
      auditId: `${session.auditId}.${id}`,
      at: lastSeenAt,
      actor: session.actor,
      reason: "signed_in_again",
      address: session.address,
    });
  }
  // A remembered start is no proof: what was demanded of this device stays demanded.
  const demand = yield* first(demandOfSeries, { selector });
  const record = yield* insertSessionSteps(session, epoch, {
    type: "session_created",
    reason: "remember_me",
    series: selector,
    demandedAt: demand?.reauthentication_demanded_at ?? null,
  });
  if (act.limit !== null) yield* endBeyondLimit(session, act.limit);
  return { outcome: "started", record, seriesExpiresAt };
}
