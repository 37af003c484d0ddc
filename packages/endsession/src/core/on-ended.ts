/**
 * Calls back once when a session is over, for whatever reason and on whichever instance it ended:
 * the place to close an application's own sockets and streams (RV-02, ASVS 7.4.1).
 */
import type { Context } from "./context.ts";
import type { End } from "./feed.ts";
import { findOne } from "./resolve.ts";
import { judge, type Session } from "./session.ts";
import { type EndReason, type PublishedReason, publishedReason } from "../protocol/reasons.ts";

/** The end of a session, as its holder may know it. */
export interface SessionOver {
  /** Why; null when the store does not answer and it cannot be said that the session is live. */
  readonly reason: PublishedReason | null;
}

/** How long the store may take to answer, in milliseconds, before the session counts as over. */
const patience = 2000;
/** The least pause between two looks at timeouts, in milliseconds. */
const leastPause = 1000;
/** The longest delay that timers take. */
const mostPause = 24 * 60 * 60 * 1000;

/** Listens; gives the function that stops it. */
export function onEnded(
  context: Context,
  session: Pick<Session, "id" | "tenantId" | "userId" | "expiresAt">,
  listener: (over: SessionOver) => void,
): () => void {
  const { live, timers, clock } = context;
  const { id: sessionId, tenantId, userId } = session;
  let listening = true;
  let looking = false;
  let again = false;
  let cancelTimer = (): void => undefined;

  const stop = (): void => {
    listening = false;
    cancelTimer();
    remove();
  };
  const finish = (reason: PublishedReason | null): void => {
    if (!listening) return;
    stop();
    try {
      listener({ reason });
    } catch (error) {
      // It is called where ends are applied: its failure is neither theirs nor the other listeners'.
      context.logger.error({ error }, "a listener of sessions.onEnded failed");
    }
  };
  const look = async (): Promise<void> => {
    if (!listening) return;
    // A look under way may have read what was true before this end: another follows it.
    again = looking;
    if (looking) return;
    looking = true;
    const giveUp = timers.after(patience, () => finish(null));
    try {
      const record = await findOne(context, { by: "id", tenantId, sessionId });
      const now = clock.now();
      const liveness = record && judge(record, now);
      if (!liveness?.live) return finish(publishedReason(liveness?.reason ?? "expired_absolute"));
      const { lastSeenAt, idleTimeout, expiresAt } = record as NonNullable<typeof record>;
      lookLater(Math.min(expiresAt, idleTimeout === null ? expiresAt : lastSeenAt + idleTimeout));
    } catch {
      finish(null);
    } finally {
      giveUp();
      looking = false;
      if (again) void look();
    }
  };
  const lookLater = (at: number): void => {
    if (!listening) return;
    cancelTimer();
    const pause = Math.min(mostPause, Math.max(leastPause, at - clock.now()));
    cancelTimer = timers.after(pause, () => void look());
  };
  const remove = live.listeners.add({
    tenantId,
    userId,
    ended(end: End) {
      if (end.reason === null) return;
      // An epoch spares what was begun after it: the truth knows.
      if (end.sessionId === null) void look();
      else if (end.sessionId === sessionId) finish(publishedReason(end.reason as EndReason));
    },
    doubt: () => void look(),
  });
  // At once: it may have ended since it was judged, and its timeouts are to be known.
  void look();
  return stop;
}
