/**
 * Serialises the acts on a user: every commit first locks the rows of the users that it touches,
 * all at once and in one order, so that no two commits wait for each other. What it reads then is
 * what was committed before (READ COMMITTED), and nothing of these users changes until its commit.
 *
 * Acts of a single conditional statement need no lock: their row is the place of conflict.
 */
import { sql } from "kysely";
import type { Act } from "../../core/acts.ts";
import { all, statement, type Steps } from "../sql/statement.ts";

/** What an act touches: users by name, or by something that leads to them. */
interface Subjects {
  readonly users: readonly (readonly [tenantId: string, userId: string])[];
  readonly sessions: readonly string[];
  /** Hashes of session cookies. */
  readonly tokens?: readonly string[];
  readonly series: readonly string[];
  /** Whether it changes what there is only one of. */
  readonly installation: boolean;
}

/** A user that an act needs and that has no row yet. */
export interface MissingUser {
  readonly tenant: string;
  readonly user: string;
}

/** Row by row in their order: a join by whatever means would lock in whatever order. */
const lockUserRows = statement<{
  users: string;
  sessions: string;
  tokens: string;
  series: string;
}>()("lock_users", (db, $, { isOneOf }) =>
  db
    .selectFrom(
      sql<{ tenant_id: string; id: string }>`(
          select tenant_id, user_id from sessions where ${isOneOf("sessions.id", $.sessions)}
          union select tenant_id, user_id from sessions
            where ${isOneOf("sessions.token_hash", $.tokens)}
          union select tenant_id, user_id from remember_me_tokens
            where ${isOneOf("remember_me_tokens.selector", $.series)}
          union select pair ->> 0, pair ->> 1
            from json_array_elements(cast(${$.users} as json)) as pair
          order by 1, 2
        ) as subject
        cross join lateral (
          select tenant_id, id from users
          where users.tenant_id = subject.tenant_id and users.id = subject.user_id
          for no key update
        )`.as("u"),
    )
    .select(["u.tenant_id", "u.id"]),
);

const lockInstallation = statement<Record<never, never>>()("lock_installation", (db) =>
  db.selectFrom("installation").select("id").where("id", "=", 1).forNoKeyUpdate(),
);

/** Locks what acts touch. Gives the users that have no row to lock. */
export function* lockUsers(acts: readonly Act[]): Steps<readonly MissingUser[]> {
  const subjects = acts.map(subjectsOf);
  if (subjects.some(({ installation }) => installation)) yield* all(lockInstallation, {});
  const users = subjects.flatMap((of) => of.users);
  const sessions = subjects.flatMap((of) => of.sessions);
  const tokens = subjects.flatMap((of) => of.tokens ?? []);
  const series = subjects.flatMap((of) => of.series);
  if (users.length + sessions.length + tokens.length + series.length === 0) return [];
  const locked = yield* all(lockUserRows, {
    users: JSON.stringify(users),
    sessions: JSON.stringify(sessions),
    tokens: JSON.stringify(tokens),
    series: JSON.stringify(series),
  });
  const found = new Set(locked.map(({ tenant_id, id }) => JSON.stringify([tenant_id, id])));
  return users
    .filter((pair) => !found.has(JSON.stringify(pair)))
    .map(([tenant, user]) => ({ tenant, user }));
}

const nothing: Subjects = { users: [], sessions: [], series: [], installation: false };

function subjectsOf(act: Act): Subjects {
  switch (act.kind) {
    case "start": {
      const { tenantId, userId } = act.session;
      return {
        ...nothing,
        users: [[tenantId, userId]],
        sessions: act.replaces,
        series: act.forgets,
      };
    }
    case "reissue":
      return { ...nothing, sessions: [act.sessionId] };
    case "end_session":
      return "tokenHash" in act
        ? { ...nothing, tokens: [act.tokenHash] }
        : { ...nothing, sessions: [act.sessionId] };
    case "raise_epoch":
      return raised(act.scope);
    case "end_series":
      return { ...nothing, series: [act.selector] };
    case "spend_remember_me":
      return { ...nothing, series: [act.selector] };
    case "demand_reauthentication":
      return { ...nothing, users: [[act.tenantId, act.userId]] };
    case "record_suspicion":
      return { ...nothing, users: [[act.tenantId, act.userId]] };
    case "reassert":
      return {
        ...nothing,
        users: act.ends.flatMap(({ tenantId, userId }) =>
          tenantId === null || userId === null ? [] : [[tenantId, userId] as const],
        ),
        installation: true,
      };
    case "set_signing_keys":
    case "begin_history":
    case "sweep":
      return { ...nothing, installation: true };
    case "rotate":
    case "count_grace":
    case "confirm":
    case "touch":
      return nothing;
  }
}

function raised(scope: {
  readonly tenantId: string | null;
  readonly userId: string | null;
}): Subjects {
  const { tenantId, userId } = scope;
  if (tenantId === null) return { ...nothing, installation: true };
  return userId === null ? nothing : { ...nothing, users: [[tenantId, userId]] };
}
