/**
 * Renews a session after the person has proved anew who they are: a new id (ASVS 7.2.4), new
 * timers (NIST SP 800-63B-4 section 5.2), and no demand left open.
 */
import type { Context } from "./context.ts";
import { describeDevice } from "./device.ts";
import { EndSessionError } from "./errors.ts";
import { type Credentials, handOut, mintSuccessor } from "./mint.ts";
import type { Session, SessionRecord } from "./session.ts";
import type { RequestFacts } from "./settings.ts";

/** What {@link reauthenticate} takes. */
export interface ReauthenticateInput {
  readonly record: SessionRecord;
  /** How the person proved it, such as `["pwd"]`. */
  readonly methods: readonly string[];
  /** Where the proof came from: the session belongs to this device now. Null when unknown. */
  readonly request: RequestFacts | null;
}

/** Gives the new credentials. Throws `ERR_SESSION_ENDED` when the session ended meanwhile. */
export async function reauthenticate(
  context: Context,
  input: ReauthenticateInput,
): Promise<Credentials> {
  const { record, methods, request } = input;
  const successor = mintSuccessor(context, record, {
    actor: "user",
    address: request?.address ?? null,
    methods,
    authenticatedAt: context.clock.now(),
    device: request ? describeDevice(request) : record.device,
  });
  const [reissued] = await context.truth.commit([
    { kind: "reissue", sessionId: record.id, successor: successor.session },
  ]);
  if (reissued.outcome === "ended") {
    throw new EndSessionError(
      "ERR_SESSION_ENDED",
      "The session ended before it could be renewed. Sign in again.",
    );
  }
  return handOut(context, reissued.record, successor.secrets);
}

/** Whether the last proof is recent enough to touch other sessions (ASVS 7.5.2, LA-05). */
export function isFresh(context: Context, session: Session): boolean {
  return context.clock.now() - session.authenticatedAt < context.settings.freshness;
}
