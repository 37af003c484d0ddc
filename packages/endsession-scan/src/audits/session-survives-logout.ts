import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { outcomeOf } from "./replayed.ts";

export const sessionSurvivesLogout: Audit = defineAudit({
  id: "session-survives-logout",
  title: "The session is dead after logout",
  failTitle: "The session survives its logout",
  why: "Whoever holds the old cookie (a thief, a proxy's log, the next person at the device) is still signed in, and the user has no way left to end it.",
  severity: "high",
  requirements: ["LO-01", "RV-01", "CK-10", "ASVS 7.4.1", "WSTG-SESS-06"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout",
  fix: "End the session in the server's store before answering the logout, and look the session up on every request that it authenticates.",
  needs: "departure",
  quick: true,
  judge(departure) {
    const outcome = outcomeOf(departure, (replay) => !replay.rememberMe && !byHeader(replay));
    switch (outcome.kind) {
      case "nothing":
        return notApplicable("No cookie by itself signs in here.");
      case "dead":
        return pass(outcome.reason, outcome.evidence);
      case "alive":
        return fail(outcome.reason, outcome.evidence);
      case "delayed":
        return pass(
          `${outcome.reason} The window is judged by revocation-delayed.`,
          outcome.evidence,
        );
      case "mixed":
        return inconclusive(`${outcome.reason} See instances-disagree.`, outcome.evidence);
      case "unclear":
        return inconclusive(outcome.reason, outcome.evidence);
    }
  },
});

function byHeader(replay: { readonly carriers: readonly { readonly kind: string }[] }): boolean {
  return replay.carriers.some(({ kind }) => kind === "header");
}
