/**
 * Ends everything that a user, a tenant or the installation has, by raising an epoch: one
 * increment, however many sessions there are (P6). The caller's own session may go on, under a
 * new id and with new credentials (LA-02).
 */
import type { RaiseEpoch } from "./acts.ts";
import type { Actor } from "./audit.ts";
import type { Context } from "./context.ts";
import { mintId } from "./credential.ts";
import { causeOf } from "./end.ts";
import { EndSessionError } from "./errors.ts";
import { type Credentials, handOut, mintSuccessor } from "./mint.ts";
import { wholeReceipt } from "./receipt.ts";
import type { SessionRecord } from "./session.ts";
import type { EndReason } from "../protocol/reasons.ts";
import type { Receipt } from "../protocol/receipt.ts";

/** What {@link endUser} takes. */
export interface EndUserInput {
  readonly tenantId: string;
  readonly userId: string;
  /** The session that goes on; null ends all. */
  readonly keep: SessionRecord | null;
  /**
   * Whether nothing is to be ended unless that session is live: what the person in it has asked
   * for. An event that has happened ends the others in any case.
   */
  readonly keepRequired: boolean;
  readonly reason: EndReason;
  readonly actor: Actor;
  readonly address: string | null;
}

/** The receipt, and the new credentials of the session that went on. */
export interface EndedUser {
  readonly receipt: Receipt;
  /** Null when none was to be kept, or when it had ended in the meantime. */
  readonly credentials: Credentials | null;
}

/**
 * Ends all sessions of a user, or all but one. Throws `ERR_SESSION_ENDED`, with nothing ended, when
 * a required session is not live.
 */
export async function endUser(context: Context, input: EndUserInput): Promise<EndedUser> {
  const { tenantId, userId, keep, actor, address } = input;
  const successor = keep && mintSuccessor(context, keep, { actor, address });
  const { outcomes, consistency } = await context.truth.end([
    {
      kind: "raise_epoch",
      scope: { tenantId, userId },
      keep: keep &&
        successor && {
          sessionId: keep.id,
          successor: successor.session,
          required: input.keepRequired,
        },
      cause: causeOf(context, input),
    },
  ]);
  const [raised] = outcomes;
  if (raised.outcome === "refused") {
    throw new EndSessionError(
      "ERR_SESSION_ENDED",
      "The session that was to be kept has ended or got a new id meanwhile. Nothing was ended.",
    );
  }
  const credentials =
    raised.kept && successor ? await handOut(context, raised.kept, successor.secrets) : null;
  const scope = credentials ? "others" : "all";
  return { receipt: wholeReceipt(scope, raised.auditId, consistency), credentials };
}

/**
 * Ends all sessions of a tenant, or, without one, of the whole installation. The latter also puts
 * a new signing key in the place of the old ones, which may be what has leaked.
 */
export async function endEverybody(
  context: Context,
  input: {
    readonly tenantId: string | null;
    readonly actor: Actor;
    /** Whether the database is another than it was: a restored backup (default false). */
    readonly restored?: boolean;
  },
): Promise<Receipt> {
  const { truth, keys } = context;
  const raise: RaiseEpoch = {
    kind: "raise_epoch",
    scope: { tenantId: input.tenantId, userId: null },
    keep: null,
    cause: causeOf(context, { ...input, reason: "administrator", address: null }),
  };
  const replacing = input.tenantId === null ? [await keys.replacement()] : [];
  const incarnation = mintId(context.crypto);
  const beginning = input.restored ? [{ kind: "begin_history", incarnation } as const] : [];
  const { outcomes, consistency } = await truth.end([raise, ...replacing, ...beginning]);
  if (input.tenantId === null) {
    await keys.reload();
    // While other processes change the keys: replace what there is now.
    for (let [, replaced] = outcomes; replaced?.done === false;) {
      [replaced] = await truth.commit([await keys.replacement()]);
      await keys.reload();
    }
  }
  return wholeReceipt("all", raise.cause.auditId, consistency);
}
