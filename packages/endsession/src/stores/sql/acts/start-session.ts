/** Starts a session, unless the user's sessions were ended since the mark. */
import type { NewSession, Outcomes, StartSession } from "../../../core/acts.ts";
import { all, first, run, statement, type Steps } from "../statement.ts";
import { endDevice, type EndRoot } from "./end-session.ts";
import { readEpoch } from "./epoch.ts";
import { insertSessionSteps } from "./insert-session.ts";
import { setSuccessor } from "./reissue-session.ts";

const markStands = statement<{ mark: string }>()("mark_stands", (db, $, { isPosition }) =>
  db.selectFrom("installation").select("id").where(isPosition($.mark)),
);

const raisedSince = statement<{ mark: string; tenant: string; user: string }>()(
  "raised_since",
  (db, $, { isAfter }) =>
    db
      .selectFrom("ends")
      .select("sequence")
      .where(isAfter($.mark))
      .where("session_id", "is", null)
      .where((eb) => eb.or([eb("tenant_id", "is", null), eb("tenant_id", "=", $.tenant)]))
      .where((eb) => eb.or([eb("user_id", "is", null), eb("user_id", "=", $.user)]))
      .limit(1),
);

const beyondLimit = statement<{
  tenant: string;
  user: string;
  keep: string;
  at: number;
  offset: number;
}>()("beyond_limit", (db, $) =>
  db
    .selectFrom("sessions")
    .innerJoin("users", (join) =>
      join
        .onRef("users.tenant_id", "=", "sessions.tenant_id")
        .onRef("users.id", "=", "sessions.user_id")
        .onRef("users.auth_version", "=", "sessions.auth_version"),
    )
    .select("sessions.id")
    .where("sessions.tenant_id", "=", $.tenant)
    .where("sessions.user_id", "=", $.user)
    .where("sessions.ended_at", "is", null)
    .where("sessions.expires_at", ">", $.at)
    .where("sessions.id", "!=", $.keep)
    .orderBy("sessions.last_seen_at", "desc")
    .orderBy("sessions.id")
    .limit(1000)
    .offset($.offset),
);

/** The act. */
export function* startSession(act: StartSession): Steps<Outcomes["start"]> {
  const { session } = act;
  const { tenantId, userId } = session;
  // Before the check: what is raised between the two leaves the session under a dead epoch.
  const epoch = yield* readEpoch(tenantId, userId);
  if (act.after !== null) {
    const mark = act.after;
    // A mark that is none, or of another life of the server, proves nothing.
    if (!(yield* first(markStands, { mark }))) return { outcome: "credentials_changed" };
    const raised = yield* first(raisedSince, { mark, tenant: tenantId, user: userId });
    if (raised) return { outcome: "credentials_changed" };
  }
  const before: string[] = [];
  const roots: EndRoot[] = [
    ...act.replaces.map((sessionId) => ({ sessionId })),
    ...act.forgets.map((selector) => ({ selector })),
  ];
  for (const [index, root] of roots.entries()) {
    const { tip, liveIds } = yield* endDevice(tenantId, root, {
      auditId: `${session.auditId}.${index}`,
      at: session.lastSeenAt,
      actor: session.actor,
      reason: "signed_in_again",
      address: session.address,
    });
    if (tip?.userId === userId) before.push(...liveIds);
  }
  const record = yield* insertSessionSteps(session, epoch, {
    type: "session_created",
    reason: null,
  });
  // A logout with the old cookie that crosses this sign-in reaches the new session as well.
  for (const id of before) yield* run(setSuccessor, { id, successor: session.id });
  if (act.limit !== null) yield* endBeyondLimit(session, act.limit);
  return { outcome: "started", record };
}

/** Ends the sessions that a user has too many, the longest unused first (ASVS 7.1.2). */
export function* endBeyondLimit(session: NewSession, limit: number): Steps<void> {
  const { tenantId: tenant, userId: user, id: keep, lastSeenAt: at } = session;
  const tooMany = yield* all(beyondLimit, { tenant, user, keep, at, offset: limit - 1 });
  for (const { id } of tooMany) {
    yield* endDevice(
      tenant,
      { sessionId: id },
      {
        auditId: `${session.auditId}.${id}`,
        at,
        actor: "system",
        reason: "session_limit",
        address: null,
      },
    );
  }
}
