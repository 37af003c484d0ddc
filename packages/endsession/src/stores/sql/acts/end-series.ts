/**
 * Ends a remembered device by its series. Any verifier will do: a selector is 128 random bits that
 * only holders have seen, and a request that spent the token a moment ago must not save the device
 * from its logout.
 */
import type { Ending, EndSeries } from "../../../core/acts.ts";
import { first, statement, type Steps } from "../statement.ts";
import { waitForEarlierEnd } from "./audit.ts";
import { endDevice } from "./end-session.ts";

const seriesBySelector = statement<{ selector: string; tenant: string }>()(
  "series_by_selector",
  (db, $) =>
    db
      .selectFrom("remember_me_tokens")
      .select(["user_id", "end_audit_id"])
      .where("selector", "=", $.selector)
      .where("tenant_id", "=", $.tenant),
);

/** The act. */
export function* endSeries({ selector, tenantId: tenant, cause }: EndSeries): Steps<Ending> {
  const series = yield* first(seriesBySelector, { selector, tenant });
  if (!series) return { outcome: "unknown", auditId: null, userId: null, died: [] };
  const userId = series.user_id;
  const { died, seen } = yield* endDevice(tenant, { selector }, cause);
  if (died.length > 0) return { outcome: "ended", auditId: cause.auditId, userId, died };
  yield* waitForEarlierEnd(tenant, userId, seen);
  return { outcome: "already", auditId: series.end_audit_id, userId, died };
}
