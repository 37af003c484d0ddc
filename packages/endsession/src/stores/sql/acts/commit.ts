/** The steps of a commit: act by act, but what many ask alike is done in one go. */
import type { Act, OutcomeOf } from "../../../core/acts.ts";
import type { EndsOfCommit } from "../ends.ts";
import type { Steps } from "../statement.ts";
import { endSessions } from "./end-sessions.ts";
import { actSteps } from "./index.ts";
import { rotateFamilies } from "./rotate-family.ts";

/** Gives the outcome of each act. */
export function* commitSteps(
  acts: readonly Act[],
  ended: EndsOfCommit,
): Steps<readonly OutcomeOf<Act>[]> {
  const outcomes: OutcomeOf<Act>[] = [];
  while (outcomes.length < acts.length) {
    const place = outcomes.length;
    const act = acts[place] as Act;
    if (act.kind === "end_session") {
      outcomes.push(...(yield* endSessions(alike(acts, place, act.kind), place, ended)));
    } else if (act.kind === "rotate") {
      outcomes.push(...(yield* rotateFamilies(alike(acts, place, act.kind))));
    } else {
      ended.begin(place);
      outcomes.push(yield* actSteps(act));
    }
  }
  return outcomes;
}

/** Whether acts are carried out by a single statement, which then is a transaction by itself. */
export function isOneStatement(acts: readonly Act[]): boolean {
  if (acts.every(({ kind }) => kind === "rotate")) return acts.length > 0;
  return acts.length === 1 && acts.every(({ kind }) => conditional.has(kind));
}

/** The acts of one conditional statement, one at a time. */
const conditional: ReadonlySet<Act["kind"]> = new Set(["count_grace", "confirm", "touch"]);

/** The acts of one kind that follow each other from a place on. */
function alike<K extends Act["kind"]>(
  acts: readonly Act[],
  place: number,
  kind: K,
): readonly Extract<Act, { kind: K }>[] {
  let end = place + 1;
  while (acts[end]?.kind === kind) end += 1;
  return acts.slice(place, end) as readonly Act[] as readonly Extract<Act, { kind: K }>[];
}
