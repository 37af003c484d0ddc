/**
 * Ends what a device presents: its session and its remember-me series. Needs no live session:
 * dead, unknown and missing credentials are no errors (LO-03).
 */
import type { EndSeries, EndSession } from "./acts.ts";
import type { Actor, Cause } from "./audit.ts";
import type { Context } from "./context.ts";
import { hashSecret, mintId, parseRememberMeToken } from "./credential.ts";
import { currentReceipt } from "./receipt.ts";
import { type Presented, resolve } from "./resolve.ts";
import type { SessionRecord } from "./session.ts";
import type { EndReason } from "../protocol/reasons.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** What {@link endPresented} takes. */
export interface EndInput {
  readonly tenantId: string;
  /** Every credential presented: a browser with twins of the cookie presents two. */
  readonly presented: readonly Presented[];
  /** The remember-me token presented, if any. */
  readonly rememberMeToken: string | null;
  readonly reason: EndReason;
  readonly actor: Actor;
  readonly address: string | null;
}

/** What an end of presented credentials came to. */
export interface Ended {
  readonly receipt: Receipt;
  /** The user whose session was found, for counting; null when nothing was found. */
  readonly userId: string | null;
}

/** Ends all that was presented, in one transaction. */
export async function endPresented(context: Context, input: EndInput): Promise<Ended> {
  const { tenantId } = input;
  const found = await Promise.all(input.presented.map((one) => resolve(context, tenantId, one)));
  const records = found.flatMap((one) => (one.outcome === "found" ? [one.record] : []));
  const acts: (EndSession | EndSeries)[] = records.map((record) => ({
    kind: "end_session",
    tenantId,
    sessionId: record.id,
    cause: causeOf(context, input),
  }));
  const parts = input.rememberMeToken === null ? null : parseRememberMeToken(input.rememberMeToken);
  if (parts) {
    acts.push({
      kind: "end_series",
      tenantId,
      selector: parts.selector,
      verifierHash: hashSecret(context.crypto, tenantId, parts.verifier),
      cause: causeOf(context, input),
    });
  }
  const endings = acts.length === 0 ? [] : await context.store.commit(acts);
  const now = context.clock.now();
  const receipt = currentReceipt(
    endings.map((ending, index) => ({ ending, record: records[index] ?? null })),
    now,
  );
  return { receipt, userId: records[0]?.userId ?? null };
}

/** Ends one session by its id, whoever presents what: device lists, operators. */
export async function endById(
  context: Context,
  input: Omit<EndInput, "presented" | "rememberMeToken"> & { readonly record: SessionRecord },
): Promise<Receipt> {
  const { record, tenantId } = input;
  const [ending] = await context.store.commit([
    { kind: "end_session", tenantId, sessionId: record.id, cause: causeOf(context, input) },
  ]);
  return currentReceipt([{ ending, record }], context.clock.now());
}

/** The audit record in the making of an end. */
export function causeOf(
  context: Context,
  of: { readonly reason: EndReason; readonly actor: Actor; readonly address: string | null },
): Cause {
  const { reason, actor, address } = of;
  return {
    auditId: mintId(context.crypto),
    at: context.clock.now(),
    reason,
    actor,
    address,
  };
}
