/** What a check of the doctor is: one question, answered from the outside without an account. */
import type { Visit } from "./visit.ts";

/**
 * `ok`: as it should be. `warn`: worth a look. `bad`: wrong. `unknown`: cannot be said from here,
 * or does not apply here.
 */
export type State = "ok" | "warn" | "bad" | "unknown";

/** From worst to best. */
export const states: readonly State[] = ["bad", "warn", "unknown", "ok"];

export interface Outcome {
  readonly state: State;
  /** What was seen, without secrets. */
  readonly seen: string;
  /** What to do, in one sentence; empty when there is nothing to do. */
  readonly advice: string;
}

export interface Check {
  readonly id: string;
  /** What is looked at. */
  readonly title: string;
  /** Id of `docs/requirements.md`, or a clause of a standard. */
  readonly requirement: string;
  look(visit: Visit): Promise<Outcome> | Outcome;
}

export interface Diagnosis extends Outcome {
  readonly id: string;
  readonly title: string;
  readonly requirement: string;
}

export function ok(seen: string): Outcome {
  return { state: "ok", seen, advice: "" };
}

export function unknown(seen: string, advice = ""): Outcome {
  return { state: "unknown", seen, advice };
}

/** `bad` if there is anything bad, else `warn` if there is anything odd, else `ok`. */
export function judged(
  found: { readonly bad?: readonly string[]; readonly warn?: readonly string[] },
  good: string,
  advice: string,
): Outcome {
  const bad = [...new Set(found.bad)];
  const warn = [...new Set(found.warn)];
  if (bad.length + warn.length === 0) return ok(good);
  return {
    state: bad.length > 0 ? "bad" : "warn",
    seen: `${[...bad, ...warn].join("; ")}.`,
    advice,
  };
}
