import { defineAudit, fail, pass } from "../audit.ts";
import type { Audit, Judgement } from "../audit.ts";
import type { Artifacts } from "../artifacts.ts";
import { outcomeOf } from "./replayed.ts";
import type { Outcome } from "./replayed.ts";
import { survivalOf } from "./survival.ts";

export const rememberMeSurvivesLogout: Audit = defineAudit({
  id: "remember-me-survives-logout",
  title: "The remember-me token is dead after logout",
  failTitle: "The remember-me token starts a session after logout",
  why: "A copy of the lasting cookie signs in again for weeks, although its owner has logged out on that device.",
  severity: "high",
  requirements: ["RM-01", "LO-07", "ASVS 7.4.1", "WSTG-SESS-06"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Server-Side Only)",
  fix: "Revoke the device's remember-me token in the store at logout, together with the session, and delete its cookie.",
  needs: "departure",
  quick: true,
  judge(_, artifacts): Judgement {
    const outcome = outcomeOf(artifacts, "remember-me");
    switch (outcome.kind) {
      case "delayed":
        return outcomeIsDelay(outcome, artifacts)
          ? pass(`${outcome.reason} The delay is judged by revocation-delayed.`, outcome.evidence)
          : fail(outcome.reason, outcome.evidence);
      case "mixed":
        return outcomeOf(artifacts, "cookie").kind === "mixed"
          ? survivalOf(outcome, "")
          : fail(outcome.reason, outcome.evidence);
      case "nothing":
      case "dead":
      case "alive":
      case "unclear":
        return survivalOf(outcome, "No remember-me token was found.");
    }
  },
});

/** A token that is used once is accepted once and then refused; a delay hits the session as well. */
function outcomeIsDelay({ window }: Outcome, artifacts: Artifacts): boolean {
  return (["cookie", "header"] as const).some((one) => {
    const other = outcomeOf(artifacts, one);
    return window !== undefined && other.window !== undefined && other.window[1] >= window[0];
  });
}
