/**
 * Suspicion: a credential behaves as if somebody else held it. Each kind has a policy: record it,
 * demand a fresh proof, or end.
 */
import type { Act, RecordSuspicion } from "./acts.ts";
import type { Context } from "./context.ts";
import { mintTimedId } from "./credential.ts";
import { describeDevice, deviceChanged } from "./device.ts";
import { causeOf } from "./end.ts";
import { type SessionRecord, toSession } from "./session.ts";
import type { RequestFacts, Suspicion, SuspicionPolicy } from "./settings.ts";
import type { EndReason } from "../protocol/reasons.ts";

/** A suspicion that a request has raised. */
export interface Raised {
  readonly name: string;
  readonly policy: SuspicionPolicy;
  /** Whether it is for the record alone, and nobody is to be told. */
  readonly quiet?: true;
}

/** The session that a suspicion is about. */
export type Suspect = Pick<SessionRecord, "id" | "tenantId" | "userId">;

/** Looks at a live session's request: has it changed its device, does the application object? */
export function detect(
  context: Context,
  record: SessionRecord,
  request: RequestFacts,
  byCookie: boolean,
): Raised | undefined {
  const { settings } = context;
  if (byCookie && deviceChanged(record.device, describeDevice(request))) {
    return { name: "device_changed", policy: settings.policies.device_changed };
  }
  return settings.detect?.(toSession(record), request);
}

/**
 * Carries out the policy and records the suspicion in one transaction, then tells the application.
 * `reach` says whether an end or a demand meets this session or all of the user's.
 */
export async function act(
  context: Context,
  record: Suspect,
  raised: Raised,
  address: string | null,
  reach: "session" | "user" = "session",
): Promise<void> {
  const { tenantId, userId, id: sessionId } = record;
  const cause = causeOf(context, { actor: "system", reason: endReason(raised.name), address });
  const demand = { kind: "demand_reauthentication", tenantId, userId, cause } as const;
  if (reach === "session") {
    const acts: Record<SuspicionPolicy, readonly Act[]> = {
      record: [],
      reauthenticate: [{ ...demand, target: { of: "session", sessionId } }],
      end: [{ kind: "end_session", tenantId, sessionId, cause }],
    };
    return recordAndTell(context, record, raised, address, acts[raised.policy]);
  }
  // What meets the whole user follows once: a copy that is tried again and again must not keep
  // the user out for ever.
  const consequences: Record<SuspicionPolicy, RecordSuspicion["consequence"]> = {
    record: null,
    reauthenticate: { ...demand, target: { of: "user" } },
    end: { kind: "raise_epoch", scope: { tenantId, userId }, keep: null, cause },
  };
  return recordAndTell(context, record, raised, address, [], consequences[raised.policy]);
}

/** Commits what follows from a suspicion together with its record, and tells it if it is new. */
export async function recordAndTell(
  context: Context,
  record: Suspect,
  raised: Raised,
  address: string | null,
  acts: readonly Act[],
  consequence: RecordSuspicion["consequence"] = null,
): Promise<void> {
  const { truth, clock, crypto, logger } = context;
  const { tenantId, userId, id: sessionId } = record;
  const { name } = raised;
  const subject = { tenantId, userId, sessionId };
  const at = clock.now();
  const note: RecordSuspicion = {
    kind: "record_suspicion",
    ...subject,
    name,
    auditId: mintTimedId(crypto, at),
    at,
    address,
    consequence,
  };
  const [recorded] = await truth.commit([note, ...acts]);
  if (!recorded.done) return;
  if (raised.quiet) return;
  logger.warn({ suspicion: name, userId, sessionId }, "suspicion");
  tell(context, { name, policy: raised.policy, ...subject });
}

/** Calls the application's `notify`. Nobody waits for it, and its failure undoes nothing. */
function tell({ settings, logger }: Context, suspicion: Suspicion): void {
  const failed = (error: unknown): void =>
    logger.error({ error, suspicion: suspicion.name }, "the notify function failed");
  try {
    Promise.resolve(settings.notify(suspicion)).catch(failed);
  } catch (error) {
    failed(error);
  }
}

function endReason(name: string): EndReason {
  return name === "refresh_token_reused" ? name : "suspicion";
}
