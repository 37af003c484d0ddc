/**
 * Rotation of a refresh token as one compare-and-swap, fenced by the session's liveness (RT-06,
 * RT-10), and the two notes that a family keeps about its use.
 */
import { type Expression, expressionBuilder, sql, type SqlBool } from "kysely";
import type {
  Conditional,
  ConfirmGeneration,
  CountGrace,
  RotateFamily,
} from "../../../core/acts.ts";
import { isLive } from "../record.ts";
import type { Tables } from "../schema.ts";
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

const eb = expressionBuilder<Tables, "refresh_tokens">();

/** What a rotation is given, as it stands in the statement. */
type Given = { readonly [C in keyof Row]: Expression<Row[C]> };

/** What a rotation writes. */
const written = (given: Given) => ({
  generation: eb("refresh_tokens.generation", "+", 1),
  previous_hash: eb.ref("refresh_tokens.token_hash"),
  token_hash: given.next_hash,
  sealed_successor: given.sealed,
  rotated_at: given.at,
  confirmed_at: null,
  grace_run: eb
    .case()
    .when("refresh_tokens.grace_uses", ">", 0)
    .then(eb("refresh_tokens.grace_run", "+", 1))
    .else(0)
    .end(),
  grace_uses: 0,
  idle_expires_at: given.idle_expires_at,
});

/** Whether the family is where the caller has seen it, and its session is live. */
const unchanged = (given: Given): Expression<SqlBool> =>
  eb.and([
    eb("refresh_tokens.family_id", "=", given.family),
    eb("refresh_tokens.generation", "=", given.generation),
    eb("refresh_tokens.token_hash", "=", given.token_hash),
    eb("refresh_tokens.revoked_at", "is", null),
    eb("refresh_tokens.expires_at", ">", given.at),
    eb.exists(
      eb
        .selectFrom("sessions")
        .select("sessions.id")
        .whereRef("sessions.id", "=", "refresh_tokens.session_id")
        .where(isLive(given.at)),
    ),
  ]);

/** By itself a rotation costs the server less than in a list of one. */
const rotateOne = statement<Row>()("rotate_family", (db, $) =>
  db
    .updateTable("refresh_tokens")
    .set(written($))
    .where(unchanged($))
    .returning("refresh_tokens.token_hash"),
);

const listed = Object.fromEntries(
  Object.keys(columns).map((column) => [column, sql.ref(`r.${column}`)]),
) as unknown as Given;

const rotateMany = statement<{ families: string }>()("rotate_families", (db, $, { rows }) =>
  db
    .updateTable("refresh_tokens")
    .from(rows<Row>($.families, columns).as("r"))
    .set(written(listed))
    .where(unchanged(listed))
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
      .where("revoked_at", "is", null)
      .returning("family_id"),
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
      .where("revoked_at", "is", null)
      .returning("family_id"),
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
  const [only, ...others] = rows;
  const rotated =
    only && others.length === 0
      ? yield* all(rotateOne, only)
      : yield* all(rotateMany, { families: JSON.stringify(rows) });
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
