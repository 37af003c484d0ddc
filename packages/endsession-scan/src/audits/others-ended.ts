/** What the two audits of acts that should end the other sessions have in common. */
import type { Artifacts, OthersEnded } from "../artifacts.ts";
import { fail, inconclusive, pass } from "../audit.ts";
import type { Judgement } from "../audit.ts";
import { outcomeOf } from "./replayed.ts";

/** @param act for example "the password change" */
export function othersEnded(part: OthersEnded, act: string, artifacts: Artifacts): Judgement {
  if (!part.done) return inconclusive(`Whether ${act} was done is not certain: ${part.how}`);
  const evidence = [{ exchange: part.exchange, text: `device B after ${act} on A: ${part.there}` }];
  switch (part.there) {
    case "accepted":
      // Asked at once: where even a logout takes a while, this may be the same while.
      return (["cookie", "header"] as const).some((one) =>
        ["delayed", "mixed"].includes(outcomeOf(artifacts, one).kind),
      )
        ? inconclusive(
            `Right after ${act} device B was still signed in, but no end of a session is effective at once here, see revocation-delayed and instances-disagree.`,
            evidence,
          )
        : fail(`Device B is still signed in after ${act} on device A.`, evidence);
    case "refused":
      return pass(`Device B was signed out by ${act} on device A.`, evidence);
    case "unclear":
      return inconclusive(
        `Whether device B is still signed in after ${act} could not be told.`,
        evidence,
      );
  }
}
