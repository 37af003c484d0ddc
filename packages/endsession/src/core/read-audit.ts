/** Reads the audit. */
import type { AuditEntry } from "./audit.ts";
import type { Context } from "./context.ts";
import type { Query } from "./store.ts";

/** A page of the audit, newest first. What this instance has answered before is in it. */
export async function readAudit(
  { behind, truth }: Context,
  page: Omit<Extract<Query, { readonly kind: "audit" }>, "kind">,
): Promise<readonly AuditEntry[]> {
  await behind.settled();
  return truth.query({ kind: "audit", ...page });
}
