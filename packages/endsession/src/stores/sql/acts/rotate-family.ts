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
import { run, statement, type Steps } from "../statement.ts";
import { isLive } from "../record.ts";

const rotate = statement<{
  family: string;
  generation: number;
  token_hash: string;
  next_hash: string;
  sealed: string;
  idle_expires_at: number;
  at: number;
}>()("rotate_family", (db, $) =>
  db
    .updateTable("refresh_tokens")
    .set((eb) => ({
      generation: eb("generation", "+", 1),
      previous_hash: eb.ref("token_hash"),
      token_hash: $.next_hash,
      sealed_successor: $.sealed,
      rotated_at: $.at,
      confirmed_at: null,
      grace_run: eb
        .case()
        .when("grace_uses", ">", 0)
        .then(eb("grace_run", "+", 1))
        .else(0)
        .end(),
      grace_uses: 0,
      idle_expires_at: $.idle_expires_at,
    }))
    .where("family_id", "=", $.family)
    .where("generation", "=", $.generation)
    .where("token_hash", "=", $.token_hash)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", $.at)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("sessions")
          .select("sessions.id")
          .whereRef("sessions.id", "=", "refresh_tokens.session_id")
          .where((session) => isLive(session, $.at)),
      ),
    ),
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

/** The act. Not done when another request rotated first, or when the session has ended. */
export function* rotateFamily(act: RotateFamily): Steps<Conditional> {
  const changes = yield* run(rotate, {
    family: act.familyId,
    generation: act.generation,
    token_hash: act.tokenHash,
    next_hash: act.nextHash,
    sealed: act.sealedSuccessor,
    idle_expires_at: act.idleExpiresAt,
    at: act.at,
  });
  return { done: changes === 1 };
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
