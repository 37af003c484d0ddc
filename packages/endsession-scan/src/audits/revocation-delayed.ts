import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { outcomeOf } from "./replayed.ts";

/** A window up to this many milliseconds asks for luck; a longer one for a script. */
const short = 5_000;

export const revocationDelayed: Audit = defineAudit({
  id: "revocation-delayed",
  title: "The end of a session is effective at once",
  failTitle: "An ended session works on for a while",
  why: "Between the click and the effect a thief can go on, or change the password first; the user believes that it is over.",
  severity: "medium",
  requirements: ["RV-05", "LO-01", "SS-05", "ASVS 7.4.1", "RFC 7009 §2"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Server-Side Only)",
  fix: "Empty or bypass every cache of “signed in” answers when a session ends, and answer the logout only after that; where tokens are checked offline, tell the verifiers of ended sessions.",
  needs: "departure",
  quick: true,
  judge(_, artifacts) {
    const outcomes = (["cookie", "header"] as const).map((one) => outcomeOf(artifacts, one));
    const [delayed] = outcomes
      .filter(({ kind }) => kind === "delayed")
      .toSorted((a, b) => (b.window?.[0] ?? 0) - (a.window?.[0] ?? 0));
    if (delayed !== undefined) {
      const brief = (delayed.window?.[1] ?? 0) <= short;
      return fail(delayed.reason, delayed.evidence, brief ? "low" : "medium");
    }
    const other = (kind: string): string | undefined =>
      outcomes.find((it) => it.kind === kind)?.reason;
    if (outcomes.some(({ kind }) => kind === "alive" || kind === "mixed")) {
      return inconclusive(
        "The ended credentials were accepted to the last, or by some answers only: there is no moment at which they died.",
      );
    }
    const dead = outcomes.find(({ kind }) => kind === "dead");
    if (dead !== undefined) return pass(dead.reason, dead.evidence);
    const unclear = other("unclear");
    return unclear === undefined
      ? notApplicable("Neither a cookie nor a header by itself signs in here.")
      : inconclusive(unclear);
  },
});
