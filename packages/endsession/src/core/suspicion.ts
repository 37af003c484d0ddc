/**
 * Suspicion: a credential behaves as if somebody else held it. Each kind has a policy: record it,
 * demand a fresh proof, or end.
 */
import type { Context } from "./context.ts";
import { mintId } from "./credential.ts";
import { describeDevice, deviceChanged } from "./device.ts";
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
 * Carries out the policy, records the suspicion once a session and name, and tells the
 * application. `reach` says whether an end or a demand meets this session or all of the user's.
 */
export async function act(
  context: Context,
  record: SessionRecord,
  raised: Raised,
  address: string | null,
  reach: "session" | "user" = "session",
): Promise<void> {
  const { store, clock, crypto } = context;
  const { tenantId, userId, id: sessionId } = record;
  const at = clock.now();
  const [recorded] = await store.commit([
    {
      kind: "record_suspicion",
      tenantId,
      userId,
      sessionId,
      name: raised.name,
      auditId: mintId(crypto),
      at,
      address,
    },
  ]);
  const cause = {
    auditId: mintId(crypto),
    at,
    actor: "system",
    reason: endReason(raised.name),
    address,
  } as const;
  if (raised.policy === "end" && reach === "session") {
    await store.commit([{ kind: "end_session", tenantId, sessionId, cause }]);
  } else if (raised.policy === "end" && recorded.done) {
    const scope = { tenantId, userId };
    await store.commit([{ kind: "raise_epoch", scope, keep: null, cause }]);
  } else if (raised.policy === "reauthenticate" && (reach === "session" || recorded.done)) {
    const of = reach === "session" ? sessionId : null;
    const demand = { kind: "demand_reauthentication", tenantId, userId, sessionId: of } as const;
    await store.commit([{ ...demand, cause }]);
  }
  if (recorded.done) await tell(context, record, raised);
}

/** Calls the application's `notify`. Its failure must not undo or hide what was done. */
export async function tell(context: Context, record: SessionRecord, raised: Raised): Promise<void> {
  const { tenantId, userId, id: sessionId } = record;
  context.logger.warn({ suspicion: raised.name, userId, sessionId }, "suspicion");
  try {
    await context.settings.notify({ ...raised, tenantId, userId, sessionId });
  } catch (error) {
    context.logger.error({ error, suspicion: raised.name }, "the notify function failed");
  }
}

function endReason(name: string): EndReason {
  return name === "refresh_token_reused" || name === "remember_me_reused" ? name : "suspicion";
}
