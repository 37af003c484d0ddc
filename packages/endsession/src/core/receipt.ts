/** How an end is told: the receipt (P1). */
import type { Ending } from "./acts.ts";
import type {
  Consistency,
  CredentialClass,
  CredentialState,
  EndScope,
  Receipt,
} from "../protocol/receipt.ts";

/** The receipt of an end that reached everything: a user's sessions, or the others. */
export function wholeReceipt(scope: EndScope, auditId: string, consistency: Consistency): Receipt {
  return { scope, audit_id: auditId, credentials: states(() => true), consistency };
}

/** The receipt of ending single sessions: what died now, and what had died before. */
export function currentReceipt(endings: readonly Ending[], consistency: Consistency): Receipt {
  const died = endings.flatMap((ending) => ending.died);
  const told =
    endings.find(({ outcome }) => outcome === "ended") ??
    endings.find(({ auditId }) => auditId !== null);
  return {
    scope: "current",
    audit_id: told?.auditId ?? null,
    credentials: states((kind) => {
      if (kind === "remember_me") return died.some(({ rememberMe }) => rememberMe);
      if (kind === "session_cookie") return died.some(({ cookie }) => cookie);
      if (kind === "refresh_tokens") return died.some(({ tokens }) => tokens);
      return died.some(({ live }) => live);
    }),
    consistency,
  };
}

function states(died: (kind: CredentialClass) => boolean): Receipt["credentials"] {
  const state = (kind: CredentialClass): CredentialState =>
    died(kind) ? "ended" : "already_ended";
  return {
    session_cookie: state("session_cookie"),
    access_tokens: state("access_tokens"),
    refresh_tokens: state("refresh_tokens"),
    remember_me: state("remember_me"),
    reauthentication: state("reauthentication"),
    live_channels: state("live_channels"),
    federated: "already_ended",
  };
}
