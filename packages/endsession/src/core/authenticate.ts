/**
 * May this credential be believed? Asked on every request, answered by the truth: a session that
 * has ended is refused from the moment its end was committed.
 */
import type { ConfirmGeneration, TouchSession } from "./acts.ts";
import type { Context } from "./context.ts";
import { bury, noteActivity, recall, recallEnd, remember } from "./live/recall.ts";
import { type Presented, resolve } from "./resolve.ts";
import { judge, type Session, type SessionRecord, toSession } from "./session.ts";
import type { RequestFacts } from "./settings.ts";
import { act, detect } from "./suspicion.ts";
import { touchInterval } from "./timeouts.ts";
import { type EndedAnswer, endedBy, type EndedSession, noteUseAfterEnd } from "./use-after-end.ts";
import type { EndReason } from "../protocol/reasons.ts";

/** The answer. */
export type Authentication =
  | { readonly outcome: "live"; readonly session: Session }
  /** Live, but a policy demands a fresh proof before anything but a logout (RFC 9470). */
  | { readonly outcome: "stale"; readonly session: Session }
  /** Once issued here, and over. */
  | EndedAnswer
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
  return recall(context, input) ?? refuse(context, input) ?? askTruth(context, input);
}

/**
 * The answer to a credential whose session is known to have ended. Where a policy may follow from
 * its use, it matters when that was, which the store knows.
 */
function refuse(context: Context, input: AuthenticateInput): Promise<Authentication> | undefined {
  if (context.settings.policies.ended_credential_used !== "record") return undefined;
  const over = recallEnd(context, input);
  if (!over) return undefined;
  return ended(context, { ...over.session, endedAt: context.clock.now() }, over.reason, input);
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
  record: EndedSession,
  reason: EndReason,
  input: AuthenticateInput,
): Promise<Authentication> {
  const answer = endedBy(reason);
  // Dead for good, and on record: nobody need ask again.
  const done = (): void => bury(context, input, answer);
  await noteUseAfterEnd(context, record, reason, input.request.address, done);
  return answer;
}
