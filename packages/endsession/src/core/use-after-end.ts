/** The use of an ended credential: what its holder is told, and what is recorded of it (AU-02). */
import type { Context } from "./context.ts";
import type { SessionRecord } from "./session.ts";
import { act, type Suspect } from "./suspicion.ts";
import { type EndReason, type PublishedReason, publishedReason } from "../protocol/reasons.ts";

/** What the holder of an ended credential is answered. */
export interface EndedAnswer {
  readonly outcome: "ended";
  readonly reason: PublishedReason;
  /** Its device has been given a newer credential. */
  readonly reissued: boolean;
}

/** A session that is over; `endedAt` is null where an epoch has ended it, or a timeout. */
export type EndedSession = Suspect & Pick<SessionRecord, "endedAt">;

/** The answer to a credential whose session is over. */
export function endedBy(reason: EndReason): EndedAnswer {
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

const name = "ended_credential_used";

/**
 * Records the use of an ended credential. A device that somebody else's act has surprised is no
 * thief, and a request that was under way at the logout is no copy: the policy passes both. Where
 * nothing but a record follows, the answer does not wait for it. Calls `done` once no later use
 * need be recorded.
 */
export async function noteUseAfterEnd(
  context: Context,
  record: EndedSession,
  reason: EndReason,
  address: string | null,
  done: () => void = () => undefined,
): Promise<void> {
  const { policies, refreshGrace } = context.settings;
  const policy = policies.ended_credential_used;
  const byEpoch = record.endedAt === null;
  if (policy === "record" || byEpoch || !tellOfCopies.includes(reason)) {
    return recordUse(context, record, { reason, byEpoch }, address, done);
  }
  const underWay = context.clock.now() - (record.endedAt ?? 0) < refreshGrace;
  if (underWay) return;
  await act(context, record, { name, policy }, address, "user");
  done();
}

/** Records a use that nothing else follows from, behind the answer. */
async function recordUse(
  context: Context,
  suspect: Suspect,
  { reason, byEpoch }: { readonly reason: EndReason; readonly byEpoch: boolean },
  address: string | null,
  done: () => void,
): Promise<void> {
  if (reason.startsWith("expired_")) return;
  if (isReplaced(reason)) return done();
  const quiet = byEpoch || !tellOfCopies.includes(reason);
  await context.behind.do(`${name} ${suspect.id}`, async () => {
    await act(context, suspect, { name, policy: "record", ...(quiet && { quiet }) }, address);
    done();
  });
}
