import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { outcomeOf } from "./replayed.ts";

export const instancesDisagree: Audit = defineAudit({
  id: "instances-disagree",
  title: "All instances agree that the session has ended",
  failTitle: "Some instances accept the ended session, others refuse it",
  why: "A thief has only to ask again until the right instance answers.",
  severity: "high",
  requirements: ["SS-05", "LO-01", "RV-05", "ASVS 7.4.1"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Server-Side Only)",
  fix: "Keep sessions in one store that all instances share, and tell every instance's cache of an end before the logout is answered.",
  needs: "departure",
  quick: true,
  judge({ replays }, artifacts) {
    const outcomes = (["cookie", "header"] as const).map((one) => outcomeOf(artifacts, one));
    const mixed = outcomes.find(({ kind }) => kind === "mixed");
    if (mixed !== undefined) return fail(mixed.reason, mixed.evidence);
    const agreed = outcomes.find(({ kind }) => ["dead", "alive", "delayed"].includes(kind));
    if (agreed !== undefined) {
      const asked = replays.parallel.length > 0 ? "asked in parallel" : "asked one after the other";
      return pass(`All answers, ${asked}, said the same.`, agreed.evidence);
    }
    const unclear = outcomes.find(({ kind }) => kind === "unclear");
    return unclear === undefined
      ? notApplicable("Neither a cookie nor a header by itself signs in here.")
      : inconclusive(unclear.reason, unclear.evidence);
  },
});
