/** Exchanges a refresh token for a new access token and the newest refresh token. */
import { issueAccessToken } from "./access-token.ts";
import type { Context } from "./context.ts";
import { hashSecret, mintRefreshToken, parseRefreshToken } from "./credential.ts";
import { decideRefresh, graceUsesPerGeneration, type RefreshFamily } from "./refresh-token.ts";
import { findOne } from "./resolve.ts";
import { judge, type Session, type SessionRecord, toSession } from "./session.ts";
import type { RequestFacts } from "./settings.ts";
import { act } from "./suspicion.ts";
import { noteUseAfterEnd } from "./use-after-end.ts";
import { type PublishedReason, publishedReason } from "../protocol/reasons.ts";

/** What {@link refreshSession} takes. */
export interface RefreshInput {
  readonly tenantId: string;
  readonly token: string;
  readonly clientId: string | null;
  readonly request: RequestFacts;
}

/** The answer. */
export type Refreshed =
  | {
      readonly outcome: "refreshed";
      readonly session: Session;
      readonly refreshToken: string;
      readonly accessToken: string;
      readonly expiresIn: number;
    }
  /** `reason` is null for what was never issued here. */
  | { readonly outcome: "refused"; readonly reason: PublishedReason | null };

/** Tries to rotate this often when other requests rotate the same token meanwhile. */
const attempts = 16;

/** Rotates, repeats or refuses; see `decideRefresh` for the rule. */
export async function refreshSession(context: Context, input: RefreshInput): Promise<Refreshed> {
  const parts = parseRefreshToken(input.token);
  if (!parts) return refused(null);
  const { tenantId } = input;
  const tokenHash = hashSecret(context.crypto, tenantId, input.token);
  const presented = { generation: parts.generation, tokenHash, clientId: input.clientId };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const record = await findOne(context, { by: "family", tenantId, familyId: parts.familyId });
    if (!record?.family) return refused(null);
    const now = context.clock.now();
    const { family } = record;
    const decision = decideRefresh(family, presented, now, context.settings.refreshGrace);
    if (decision === "unknown") return refused(null);
    if (decision === "expired") return refused("expired_absolute");
    const liveness = judge(record, now);
    if (!liveness.live) {
      await noteUseAfterEnd(context, record, liveness.reason, input.request.address);
      return refused(publishedReason(liveness.reason));
    }
    const answer = await carryOut(context, input, record, family, decision, now);
    if (answer !== "again") return answer;
  }
  throw new Error("A refresh token was rotated by other requests again and again.");
}

async function carryOut(
  context: Context,
  input: RefreshInput,
  record: SessionRecord,
  family: RefreshFamily,
  decision: Exclude<ReturnType<typeof decideRefresh>, "unknown" | "expired">,
  now: number,
): Promise<Refreshed | "again"> {
  const { truth, crypto, settings } = context;
  const { address } = input.request;
  const { id: familyId, generation } = family;
  switch (decision) {
    case "rotate": {
      const next = mintRefreshToken(crypto, familyId, generation + 1);
      const [rotated] = await truth.commit([
        {
          kind: "rotate",
          familyId,
          generation,
          tokenHash: family.tokenHash,
          nextHash: hashSecret(crypto, input.tenantId, next),
          sealedSuccessor: crypto.seal(crypto.keyOfToken(input.token, familyId), next),
          idleExpiresAt: Math.min(family.expiresAt, now + settings.refreshIdle),
          at: now,
        },
      ]);
      // Lost to another request, or the session ended: look at what is true now.
      return rotated.done ? answered(context, record, next, generation + 1) : "again";
    }
    case "repeat_current":
      // It was presented, so it arrived: its predecessor's time runs from now (4.3 rule 5).
      if (family.confirmedAt === null) {
        await truth.commit([{ kind: "confirm", familyId, generation, at: now }]);
      }
      return answered(context, record, input.token, generation);
    case "repeat_in_grace": {
      const limit = graceUsesPerGeneration;
      const [counted] = await truth.commit([
        { kind: "count_grace", familyId, generation, limit, at: now },
      ]);
      return counted.done ? repeated(context, input, record, family) : "again";
    }
    case "repeat_successor":
      return repeated(context, input, record, family);
    case "grace_exhausted": {
      // Two tabs at odds, or a thief who shadows: neither gets further without a fresh proof.
      const raised = { name: "refresh_grace_exhausted", policy: "reauthenticate" } as const;
      await act(context, record, raised, address);
      return repeated(context, input, record, family);
    }
    case "reuse": {
      const policy = settings.policies.refresh_token_reused;
      await act(context, record, { name: "refresh_token_reused", policy }, address);
      return refused("reuse_detected");
    }
  }
}

/** The successor was sealed under the token that is presented, so only its holder can open it. */
function repeated(
  context: Context,
  input: RefreshInput,
  record: SessionRecord,
  family: RefreshFamily,
): Promise<Refreshed> | Refreshed {
  if (family.sealedSuccessor === null) return refused("reuse_detected");
  const { crypto } = context;
  const key = crypto.keyOfToken(input.token, family.id);
  const successor = crypto.open(key, family.sealedSuccessor);
  if (successor === null) return refused(null);
  return answered(context, record, successor, family.generation);
}

async function answered(
  context: Context,
  record: SessionRecord,
  refreshToken: string,
  generation: number,
): Promise<Refreshed> {
  const issued = await issueAccessToken(context, record, generation);
  return {
    outcome: "refreshed",
    session: toSession(record),
    refreshToken,
    accessToken: issued.token,
    expiresIn: issued.expiresIn,
  };
}

function refused(reason: PublishedReason | null): Refreshed {
  return { outcome: "refused", reason };
}
