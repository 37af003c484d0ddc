/**
 * Suspicion: a credential behaves as if somebody else held it. Each kind has a policy: record it,
 * demand a fresh proof, or end.
 */
import type { RecordSuspicion } from "./acts.ts";
import type { Cause } from "./audit.ts";
import type { Context } from "./context.ts";
import { mintId } from "./credential.ts";
import { describeDevice, deviceChanged } from "./device.ts";
import { causeOf } from "./end.ts";
import { type SessionRecord, toSession } from "./session.ts";
import type { RequestFacts, SuspicionPolicy } from "./settings.ts";
import type { EndReason } from "../protocol/reasons.ts";

/** A suspicion that a request has raised. */
export interface Raised {
  readonly name: string;
  readonly policy: SuspicionPolicy;
}

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
  return settings.detect(toSession(record), request);
}

/**
 * Records the suspicion once a session and name, tells the application, and carries out the
 * policy. `reach` says whether an end or a demand meets this session or all of the user's.
 */
export async function act(
  context: Context,
  record: SessionRecord,
  raised: Raised,
  address: string | null,
  reach: "session" | "user" = "session",
): Promise<void> {
  const { store } = context;
  const { tenantId, userId, id: sessionId } = record;
  const cause = causeOf(context, { actor: "system", reason: endReason(raised.name), address });
  if (raised.policy === "end" && reach === "session") {
    await store.commit([{ kind: "end_session", tenantId, sessionId, cause }]);
  } else if (raised.policy === "reauthenticate" && reach === "session") {
    const target = { of: "session", sessionId } as const;
    await store.commit([{ kind: "demand_reauthentication", tenantId, userId, target, cause }]);
  }
  // What meets the whole user follows once: a copy that is tried again and again must not keep
  // the user out for ever.
  const consequence = reach === "user" ? forUser(record, raised, cause) : null;
  await recordAndTell(context, record, raised, address, consequence);
}

function forUser(
  { tenantId, userId }: SessionRecord,
  { policy }: Raised,
  cause: Cause,
): RecordSuspicion["consequence"] {
  if (policy === "end") {
    return { kind: "raise_epoch", scope: { tenantId, userId }, keep: null, cause };
  }
  if (policy === "record") return null;
  return { kind: "demand_reauthentication", tenantId, userId, target: { of: "user" }, cause };
}

/**
 * Records a suspicion and calls the application's `notify`, whose failure must not undo or hide
 * what was done.
 */
export async function recordAndTell(
  context: Context,
  record: SessionRecord,
  raised: Raised,
  address: string | null,
  consequence: RecordSuspicion["consequence"] = null,
): Promise<void> {
  const { store, clock, crypto, logger, settings } = context;
  const { tenantId, userId, id: sessionId } = record;
  const { name } = raised;
  const subject = { tenantId, userId, sessionId };
  const [recorded] = await store.commit([
    {
      kind: "record_suspicion",
      ...subject,
      name,
      auditId: mintId(crypto),
      at: clock.now(),
      address,
      consequence,
    },
  ]);
  if (!recorded.done) return;
  logger.warn({ suspicion: name, userId, sessionId }, "suspicion");
  try {
    await settings.notify({ ...raised, ...subject });
  } catch (error) {
    logger.error({ error, suspicion: name }, "the notify function failed");
  }
}

function endReason(name: string): EndReason {
  return name === "refresh_token_reused" ? name : "suspicion";
}
