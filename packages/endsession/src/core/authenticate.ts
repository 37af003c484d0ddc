/**
 * May this credential be believed? Asked on every request, answered by the truth: a session that
 * has ended is refused from the moment its end was committed.
 */
import type { ConfirmGeneration, TouchSession } from "./acts.ts";
import type { Context } from "./context.ts";
import { bury, noteActivity, recall, remember } from "./live/recall.ts";
import { type Presented, resolve } from "./resolve.ts";
import { judge, type Session, type SessionRecord, toSession } from "./session.ts";
import type { RequestFacts } from "./settings.ts";
import { act, detect } from "./suspicion.ts";
import { touchInterval } from "./timeouts.ts";
import { type EndReason, type PublishedReason, publishedReason } from "../protocol/reasons.ts";

/** The answer. */
export type Authentication =
  | { readonly outcome: "live"; readonly session: Session }
  /** Live, but a policy demands a fresh proof before anything but a logout (RFC 9470). */
  | { readonly outcome: "stale"; readonly session: Session }
  /** Once issued here, and over. `reissued`: its device has been given a newer credential. */
  | { readonly outcome: "ended"; readonly reason: PublishedReason; readonly reissued: boolean }
  /** The access token is past its `exp`; its session may be live. */
  | { readonly outcome: "expired" }
  /** Never issued here. */
  | { readonly outcome: "unknown" };

/** What {@link authenticate} takes. */
export interface AuthenticateInput {
  readonly tenantId: string;
  readonly presented: Presented;
  readonly request: RequestFacts;
  /** Whether the request is the person's doing; polling is not (TO-03). */
  readonly activity: boolean;
}

/**
 * Judges a credential: from memory while the lease holds, without a promise, else by the store.
 * Rejects with `ERR_STORE_UNAVAILABLE` when the truth cannot be asked.
 */
export function authenticate(
  context: Context,
  input: AuthenticateInput,
): Authentication | Promise<Authentication> {
  return recall(context, input) ?? askTruth(context, input);
}

/** Judges a credential by the store, and remembers what it says. */
export async function askTruth(
  context: Context,
  input: AuthenticateInput,
): Promise<Authentication> {
  noteActivity(context, input);
  const resolved = await resolve(context, input.tenantId, input.presented);
  if (resolved.outcome !== "found") return { outcome: "unknown" };
  const { record, claims } = resolved;
  const now = context.clock.now();
  const liveness = judge(record, now);
  if (!liveness.live) return ended(context, record, liveness.reason, input);
  if (resolved.expired) return { outcome: "expired" };

  const byCookie = input.presented.kind === "session_token";
  const raised = detect(context, record, input.request, byCookie);
  if (raised) {
    await act(context, record, raised, input.request.address);
    if (raised.policy !== "record") return readAgain(context, input);
  }
  const used = await noteUse(context, record, claims?.generation ?? null, input.activity);
  if (!used) return readAgain(context, input);
  remember(context, input, record.id, claims?.exp ?? null);
  return believed(record);
}

/**
 * Notes that a live session is in use: the first access token of a generation proves that its
 * refresh token arrived (4.3 rule 5), and activity moves the idle timeout. False when the session
 * has ended in the meantime.
 */
export async function noteUse(
  context: Context,
  record: SessionRecord,
  generation: number | null,
  activity: boolean,
): Promise<boolean> {
  const now = context.clock.now();
  const { family, lastSeenAt, idleTimeout } = record;
  const acts: (ConfirmGeneration | TouchSession)[] = [];
  if (family && family.confirmedAt === null && generation === family.generation) {
    acts.push({ kind: "confirm", familyId: family.id, generation, at: now });
  }
  if (activity && now - lastSeenAt >= touchInterval(idleTimeout)) {
    acts.push({ kind: "touch", sessionId: record.id, at: now });
  }
  if (acts.length === 0) return true;
  const outcomes = await context.truth.commit(acts);
  const used = acts.every((act, index) => act.kind !== "touch" || outcomes[index]?.done === true);
  if (used && acts.at(-1)?.kind === "touch") context.live.memory.touched(record.id, now);
  return used;
}

function believed(record: SessionRecord): Authentication {
  const outcome = record.reauthenticationDemandedAt === null ? "live" : "stale";
  return { outcome, session: toSession(record) };
}

/** After a write that changed the session: what is true now, without another detection. */
async function readAgain(context: Context, input: AuthenticateInput): Promise<Authentication> {
  const resolved = await resolve(context, input.tenantId, input.presented);
  if (resolved.outcome !== "found") return { outcome: "unknown" };
  const { record } = resolved;
  const liveness = judge(record, context.clock.now());
  return liveness.live ? believed(record) : endedBy(liveness.reason);
}

async function ended(
  context: Context,
  record: SessionRecord,
  reason: EndReason,
  input: AuthenticateInput,
): Promise<Authentication> {
  const noted = await noteUseAfterEnd(context, record, reason, input.request.address);
  const answer = endedBy(reason);
  // Dead for good, and on record: nobody need ask again.
  if (noted && !reason.startsWith("expired_")) bury(context, input, answer);
  return answer;
}

function endedBy(reason: EndReason): Authentication {
  return { outcome: "ended", reason: publishedReason(reason), reissued: isReplaced(reason) };
}

/** Ends by which a device has got a newer credential in the place of the old one. */
function isReplaced(reason: EndReason): boolean {
  return reason === "reissued" || reason === "signed_in_again";
}

/** Ends after which only a copy can still be in use: the holder has taken part in them. */
const tellOfCopies: readonly EndReason[] = [
  "logout",
  "token_revoked",
  "refresh_token_reused",
  "remember_me_reused",
];

/**
 * Records the use of an ended credential (AU-02). A device that somebody else's act has surprised
 * is no thief, and a request that was under way at the logout is no copy: the policy passes both.
 * False when a later use may have to be recorded still.
 */
export async function noteUseAfterEnd(
  context: Context,
  record: SessionRecord,
  reason: EndReason,
  address: string | null,
): Promise<boolean> {
  if (isReplaced(reason) || reason.startsWith("expired_")) return true;
  const { policies, refreshGrace } = context.settings;
  const name = "ended_credential_used";
  const policy = policies.ended_credential_used;
  if (record.endedAt === null || !tellOfCopies.includes(reason)) {
    await act(context, record, { name, policy: "record", quiet: true }, address);
    return true;
  }
  const underWay = context.clock.now() - record.endedAt < refreshGrace;
  if (policy !== "record" && underWay) return false;
  await act(context, record, { name, policy }, address, "user");
  return true;
}
