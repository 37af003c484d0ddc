/**
 * Rotation of a refresh token as one compare-and-swap, fenced by the session's liveness (RT-06,
 * RT-10), and the two notes that a family keeps about its use.
 */
import type {
  Conditional,
  ConfirmGeneration,
  CountGrace,
  RotateFamily,
} from "../../../core/acts.ts";
import { isLive } from "../record.ts";
import { all, run, statement, type Steps } from "../statement.ts";

const columns = {
  family: "text",
  generation: "bigint",
  token_hash: "text",
  next_hash: "text",
  sealed: "text",
  idle_expires_at: "bigint",
  at: "bigint",
} as const;

type Row = { [C in keyof typeof columns]: (typeof columns)[C] extends "text" ? string : number };

const rotate = statement<{ families: string }>()("rotate_families", (db, $, { rows }) =>
  db
    .updateTable("refresh_tokens")
    .from(rows<Row>($.families, columns).as("r"))
    .set((eb) => ({
      generation: eb("refresh_tokens.generation", "+", 1),
      previous_hash: eb.ref("refresh_tokens.token_hash"),
      token_hash: eb.ref("r.next_hash"),
      sealed_successor: eb.ref("r.sealed"),
      rotated_at: eb.ref("r.at"),
      confirmed_at: null,
      grace_run: eb
        .case()
        .when("refresh_tokens.grace_uses", ">", 0)
        .then(eb("refresh_tokens.grace_run", "+", 1))
        .else(0)
        .end(),
      grace_uses: 0,
      idle_expires_at: eb.ref("r.idle_expires_at"),
    }))
    .whereRef("refresh_tokens.family_id", "=", "r.family")
    .whereRef("refresh_tokens.generation", "=", "r.generation")
    .whereRef("refresh_tokens.token_hash", "=", "r.token_hash")
    .where("refresh_tokens.revoked_at", "is", null)
    .whereRef("refresh_tokens.expires_at", ">", "r.at")
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("sessions")
          .select("sessions.id")
          .whereRef("sessions.id", "=", "refresh_tokens.session_id")
          .where(isLive(eb.ref("r.at"))),
      ),
    )
    .returning("refresh_tokens.token_hash"),
);

const countGrace = statement<{ family: string; generation: number; limit: number }>()(
  "count_grace",
  (db, $) =>
    db
      .updateTable("refresh_tokens")
      .set((eb) => ({ grace_uses: eb("grace_uses", "+", 1) }))
      .where("grace_uses", "<", $.limit)
      .where("family_id", "=", $.family)
      .where("generation", "=", $.generation)
      .where("revoked_at", "is", null),
);

const confirm = statement<{ family: string; generation: number; at: number }>()(
  "confirm_generation",
  (db, $) =>
    db
      .updateTable("refresh_tokens")
      .set({ confirmed_at: $.at })
      .where("family_id", "=", $.family)
      .where("generation", "=", $.generation)
      .where("confirmed_at", "is", null)
      .where("revoked_at", "is", null),
);

/**
 * The acts, in one statement. Not done where another request rotated first, or where the session
 * has ended. In the order of the families, so that no two transactions wait for each other.
 */
export function* rotateFamilies(acts: readonly RotateFamily[]): Steps<readonly Conditional[]> {
  const rows = acts.map((act): Row => ({
    family: act.familyId,
    generation: act.generation,
    token_hash: act.tokenHash,
    next_hash: act.nextHash,
    sealed: act.sealedSuccessor,
    idle_expires_at: act.idleExpiresAt,
    at: act.at,
  }));
  rows.sort((a, b) => (a.family < b.family ? -1 : 1));
  const rotated = yield* all(rotate, { families: JSON.stringify(rows) });
  // Of twins in one commit a single one has written its token.
  const done = new Set(rotated.map(({ token_hash }) => token_hash));
  return acts.map(({ nextHash }) => ({ done: done.has(nextHash) }));
}

/** The act. */
export function* countGraceUse(act: CountGrace): Steps<Conditional> {
  const { familyId: family, generation, limit } = act;
  return { done: (yield* run(countGrace, { family, generation, limit })) === 1 };
}

/** The act. */
export function* confirmGeneration(act: ConfirmGeneration): Steps<Conditional> {
  const { familyId: family, generation, at } = act;
  return { done: (yield* run(confirm, { family, generation, at })) === 1 };
}
