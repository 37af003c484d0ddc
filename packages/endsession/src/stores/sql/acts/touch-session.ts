/** Notes activity of a live session. Zero rows means that it has ended (I15). */
import type { Conditional, TouchSession } from "../../../core/acts.ts";
import { run, statement, type Steps } from "../statement.ts";
import { isLive } from "../record.ts";

const touch = statement<{ id: string; at: number }>()("touch_session", (db, $) =>
  db
    .updateTable("sessions")
    .set({ last_seen_at: $.at })
    .where("sessions.id", "=", $.id)
    .where(isLive($.at))
    .returning("sessions.id"),
);

/** The act. */
export function* touchSession(act: TouchSession): Steps<Conditional> {
  return { done: (yield* run(touch, { id: act.sessionId, at: act.at })) === 1 };
}
