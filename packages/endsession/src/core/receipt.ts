/** How an end is told: the receipt (P1). */
import type { Ending } from "./acts.ts";
import type { CredentialClass, CredentialState, EndScope, Receipt } from "../protocol/receipt.ts";
import { judge, type SessionRecord } from "./session.ts";

/** The receipt of an end that reached everything: a user's sessions, or the others. */
export function wholeReceipt(scope: EndScope, auditId: string): Receipt {
  return { scope, audit_id: auditId, credentials: states(() => "ended") };
}

/**
 * The receipt of ending single sessions: what was alive in any of them has ended now, and what
 * was not there, or was dead, had ended already.
 */
export function currentReceipt(
  endings: readonly { readonly ending: Ending; readonly record: SessionRecord | null }[],
  now: number,
): Receipt {
  const endedNow = endings.filter(({ ending }) => ending.outcome === "ended");
  const wasLive = endedNow.flatMap(({ record }) =>
    record !== null && judge(record, now).live ? [record] : [],
  );
  // A remember-me token outlives its session's timeouts, so its end counts by itself.
  const endedSeries = endedNow.some(({ record }) => record === null || record.series !== null);
  const auditId = (endedNow[0] ?? endings.find(({ ending }) => ending.auditId !== null))?.ending
    .auditId;
  return {
    scope: "current",
    audit_id: auditId ?? null,
    credentials: states((kind) => {
      if (kind === "remember_me") return endedSeries;
      if (kind === "session_cookie") return wasLive.some((record) => record.hasCookie);
      if (kind === "refresh_tokens") return wasLive.some((record) => record.family !== null);
      return wasLive.length > 0;
    }),
  };
}

function states(
  of: (kind: CredentialClass) => CredentialState | boolean,
): Record<CredentialClass, CredentialState> {
  const state = (kind: CredentialClass): CredentialState => {
    const found = of(kind);
    return found === true ? "ended" : found === false ? "already_ended" : found;
  };
  return {
    session_cookie: state("session_cookie"),
    access_tokens: state("access_tokens"),
    refresh_tokens: state("refresh_tokens"),
    remember_me: state("remember_me"),
    reauthentication: state("reauthentication"),
    live_channels: state("live_channels"),
    federated: state("federated"),
  };
}
