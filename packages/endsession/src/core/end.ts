/**
 * Ends what a device presents: its session and its remember-me series. Needs no live session:
 * dead, unknown and missing credentials are no errors (LO-03).
 */
import type { Denied } from "./accelerator.ts";
import type { EndSeries, EndSession } from "./acts.ts";
import type { Actor, Cause } from "./audit.ts";
import type { Context } from "./context.ts";
import { mintId, parseRememberMeToken } from "./credential.ts";
import { currentReceipt } from "./receipt.ts";
import { type Presented, resolve, type Resolved } from "./resolve.ts";
import type { EndReason } from "../protocol/reasons.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** Who ends, and why. */
export interface EndCause {
  readonly reason: EndReason;
  readonly actor: Actor;
  readonly address: string | null;
}

/** What {@link endPresented} takes. */
export interface EndInput extends EndCause {
  readonly tenantId: string;
  /** Every credential presented: a browser with twins of the cookie presents two. */
  readonly presented: readonly Presented[];
  /** Every remember-me token presented. */
  readonly rememberMeTokens: readonly string[];
}

/** What an end of presented credentials came to. */
export interface Ended {
  readonly receipt: Receipt;
  /** The user whose session was found, for counting; null when nothing was found. */
  readonly userId: string | null;
  /** Whether anything presented was once issued here. */
  readonly recognised: boolean;
}

/** Ends all that was presented, in one transaction. */
export async function endPresented(context: Context, input: EndInput): Promise<Ended> {
  const { tenantId } = input;
  const found = await Promise.all(input.presented.map((one) => resolve(context, tenantId, one)));
  const acts: (EndSession | EndSeries)[] = [
    ...found.flatMap((one): EndSession[] => {
      if (one.outcome !== "found") return [];
      const { id: sessionId } = one.record;
      return [{ kind: "end_session", tenantId, sessionId, cause: causeOf(context, input) }];
    }),
    ...endSeriesOf(context, tenantId, input.rememberMeTokens, input),
  ];
  const { outcomes: endings, consistency } = await context.truth.end(acts);
  // For verifiers that know a token by nothing but its `jti`.
  await context.live.deny(found.flatMap(tokenOf));
  return {
    receipt: currentReceipt(endings, consistency),
    userId: endings.find(({ userId }) => userId !== null)?.userId ?? null,
    recognised:
      found.some(({ outcome }) => outcome !== "unknown") ||
      endings.some(({ outcome }) => outcome !== "unknown"),
  };
}

function tokenOf(one: Resolved): Denied[] {
  if (one.outcome !== "found" || one.claims === null) return [];
  return [{ tokenId: one.claims.id, until: one.claims.exp * 1000 }];
}

/** Ends one session by its id, whoever presents what: device lists, revocation, operators. */
export async function endById(
  context: Context,
  input: EndCause & { readonly tenantId: string; readonly sessionId: string },
): Promise<Receipt> {
  const { tenantId, sessionId } = input;
  const { outcomes, consistency } = await context.truth.end([
    { kind: "end_session", tenantId, sessionId, cause: causeOf(context, input) },
  ]);
  return currentReceipt(outcomes, consistency);
}

/** The acts that end the series of remember-me tokens. */
export function endSeriesOf(
  context: Context,
  tenantId: string,
  tokens: readonly string[],
  of: EndCause,
): EndSeries[] {
  return selectorsOf(tokens).map((selector) => ({
    kind: "end_series",
    tenantId,
    selector,
    cause: causeOf(context, of),
  }));
}

/** The series of remember-me tokens; junk has none. */
export function selectorsOf(tokens: readonly string[]): string[] {
  return tokens.flatMap((token) => parseRememberMeToken(token)?.selector ?? []);
}

/** The audit record in the making of an end. */
export function causeOf(context: Context, { reason, actor, address }: EndCause): Cause {
  return { auditId: mintId(context.crypto), at: context.clock.now(), reason, actor, address };
}
