/**
 * Ends what a device presents: its session and its remember-me series. Needs no live session:
 * dead, unknown and missing credentials are no errors (LO-03).
 */
import type { Denied } from "./accelerator.ts";
import type { EndSeries, EndSession } from "./acts.ts";
import type { Actor, Cause } from "./audit.ts";
import type { Context } from "./context.ts";
import { mintTimedId, parseRememberMeToken } from "./credential.ts";
import { currentReceipt } from "./receipt.ts";
import { type Presented, resolve, resolveAny, type Resolved, tokenHashOf } from "./resolve.ts";
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
  /** Every refresh token that the browser keeps in a cookie (default none). */
  readonly refreshTokens?: readonly string[];
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
  const found = await Promise.all([
    ...input.presented.map((one) => find(context, tenantId, one)),
    ...(input.refreshTokens ?? []).map(async (token) =>
      foundBy(await resolveAny(context, tenantId, token)),
    ),
  ]);
  const acts: (EndSession | EndSeries)[] = [
    ...found.flatMap(({ target }): EndSession[] => {
      if (target === null) return [];
      return [{ kind: "end_session", tenantId, ...target, cause: causeOf(context, input) }];
    }),
    ...endSeriesOf(context, tenantId, input.rememberMeTokens, input),
  ];
  const { outcomes: endings, consistency } = await context.truth.end(acts);
  // For verifiers that know a token by nothing but its `jti`.
  await context.live.deny(found.flatMap(({ denied }) => denied));
  return {
    receipt: currentReceipt(endings, consistency),
    userId: endings.find(({ userId }) => userId !== null)?.userId ?? null,
    recognised:
      found.some(({ issued }) => issued) || endings.some(({ outcome }) => outcome !== "unknown"),
  };
}

/** What a presented credential leads to. */
interface Found {
  readonly target: { readonly sessionId: string } | { readonly tokenHash: string } | null;
  /** Whether it was certainly issued here. */
  readonly issued: boolean;
  readonly denied: readonly Denied[];
}

/** What has a hash needs no reading first: that finds the session where it is ended. */
async function find(context: Context, tenantId: string, presented: Presented): Promise<Found> {
  if (presented.kind !== "access_token") {
    const tokenHash = tokenHashOf(context, tenantId, presented);
    return { target: tokenHash === null ? null : { tokenHash }, issued: false, denied: [] };
  }
  return foundBy(await resolve(context, tenantId, presented));
}

function foundBy(one: Resolved): Found {
  const issued = one.outcome !== "unknown";
  if (one.outcome !== "found") return { target: null, issued, denied: [] };
  const { record, claims } = one;
  const denied = claims === null ? [] : [{ tokenId: claims.id, until: claims.exp * 1000 }];
  return { target: { sessionId: record.id }, issued, denied };
}

/** Ends one session by its id, whoever presents what: device lists, revocation, operators. */
export async function endById(
  context: Context,
  input: EndCause & {
    readonly tenantId: string;
    readonly sessionId: string;
    readonly spares?: EndSession["spares"];
  },
): Promise<Receipt> {
  const { tenantId, sessionId, spares = null } = input;
  const { outcomes, consistency } = await context.truth.end([
    { kind: "end_session", tenantId, sessionId, spares, cause: causeOf(context, input) },
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
  const at = context.clock.now();
  return { auditId: mintTimedId(context.crypto, at), at, reason, actor, address };
}
