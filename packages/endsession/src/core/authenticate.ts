/**
 * May this credential be believed? Asked on every request, answered by the truth: a session that
 * has ended is refused from the moment its end was committed.
 */
import type { Context } from "./context.ts";
import { type Presented, type Resolved, resolve } from "./resolve.ts";
import { judge, type Session, type SessionRecord, toSession } from "./session.ts";
import type { RequestFacts } from "./settings.ts";
import { act, detect } from "./suspicion.ts";
import { touchInterval } from "./timeouts.ts";
import { type PublishedReason, publishedReason } from "../protocol/reasons.ts";

/** The answer. */
export type Authentication =
  | { readonly outcome: "live"; readonly session: Session; readonly record: SessionRecord }
  /** Once issued here, and over. `reissued`: this device has been given a newer credential. */
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

/** Judges a credential. Rejects with `ERR_STORE_UNAVAILABLE` when the truth cannot be asked. */
export async function authenticate(
  context: Context,
  input: AuthenticateInput,
): Promise<Authentication> {
  const resolved = await resolve(context, input.tenantId, input.presented);
  if (resolved.outcome === "unknown") return resolved;
  const { record } = resolved;
  const now = context.clock.now();
  const liveness = judge(record, now);
  if (!liveness.live) return ended(context, record, liveness.reason, input.request);
  if (resolved.expired) return { outcome: "expired" };

  const byCookie = input.presented.kind === "session_token";
  const raised = detect(context, record, input.request, byCookie);
  if (raised) {
    await act(context, record, raised, input.request.address);
    if (raised.policy !== "record") return readAgain(context, input);
  }
  await confirm(context, resolved, now);
  if (input.activity && now - record.lastSeenAt >= touchInterval(record.idleTimeout)) {
    const [touched] = await context.store.commit([
      { kind: "touch", sessionId: record.id, at: now },
    ]);
    if (!touched.done) return readAgain(context, input);
  }
  return { outcome: "live", session: toSession(record), record };
}

/** After a write that changed the session: what is true now, without another detection. */
async function readAgain(context: Context, input: AuthenticateInput): Promise<Authentication> {
  const resolved = await resolve(context, input.tenantId, input.presented);
  if (resolved.outcome === "unknown") return resolved;
  const { record } = resolved;
  const liveness = judge(record, context.clock.now());
  if (!liveness.live) {
    const { reason } = liveness;
    return { outcome: "ended", reason: publishedReason(reason), reissued: reason === "reissued" };
  }
  return { outcome: "live", session: toSession(record), record };
}

async function ended(
  context: Context,
  record: SessionRecord,
  reason: Parameters<typeof publishedReason>[0],
  request: RequestFacts,
): Promise<Authentication> {
  const expired = reason === "expired_idle" || reason === "expired_absolute";
  // A tab that comes back after an hour is no thief; neither is one that missed a new id.
  if (!expired && reason !== "reissued") {
    const policy = context.settings.policies.ended_credential_used;
    await act(context, record, { name: "ended_credential_used", policy }, request.address, "user");
  }
  return { outcome: "ended", reason: publishedReason(reason), reissued: reason === "reissued" };
}

/** The first access token of a generation proves that its refresh token arrived (4.3 rule 5). */
async function confirm(context: Context, resolved: Resolved, now: number): Promise<void> {
  if (resolved.outcome === "unknown") return;
  const { claims } = resolved;
  const { family } = resolved.record;
  if (!family || family.confirmedAt !== null || claims?.generation !== family.generation) return;
  const { id: familyId, generation } = family;
  await context.store.commit([{ kind: "confirm", familyId, generation, at: now }]);
}
