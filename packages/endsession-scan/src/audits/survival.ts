/** What the three audits of surviving credentials make of an outcome. */
import { fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Judgement } from "../audit.ts";
import type { Outcome } from "./replayed.ts";

/** A delay and a disagreement have audits of their own; `none` is said where there is no such credential. */
export function survivalOf(outcome: Outcome, none: string): Judgement {
  const { kind, reason, evidence } = outcome;
  switch (kind) {
    case "nothing":
      return notApplicable(none);
    case "dead":
      return pass(reason, evidence);
    case "alive":
      return fail(reason, evidence);
    case "delayed":
      return pass(`${reason} The delay is judged by revocation-delayed.`, evidence);
    case "mixed":
      return inconclusive(`${reason} See instances-disagree.`, evidence);
    case "unclear":
      return inconclusive(reason, evidence);
  }
}
