import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { logoutDoubt } from "./logout-done.ts";
import { sessionSurvives } from "./replayed.ts";
import { counted } from "./wording.ts";

export const rateLimitBlocksLogout: Audit = defineAudit({
  id: "rate-limit-blocks-logout",
  title: "A rate limit does not keep a session alive",
  failTitle: "The rate limit keeps a session from being ended",
  why: "Who sends enough requests holds the door open: the user presses “Log out”, gets an error, and stays signed in.",
  severity: "medium",
  requirements: ["RL-02", "RL-01", "LO-01"],
  cwe: 799,
  bounty: "Insufficient Security Configurability",
  fix: "End the presented session before counting, or let the limit apply to requests without a living session only.",
  needs: "rateLimit",
  judge({ sent, limitedAt, logoutStatus, sessionAfter, exchange }, artifacts) {
    if (limitedAt === null) {
      return notApplicable(`No rate limit was reached by ${counted(sent, "logout request")}.`);
    }
    const evidence = [
      { exchange, text: `logout with the limit reached: ${logoutStatus}, session ${sessionAfter}` },
    ];
    const doubt = logoutDoubt(artifacts);
    if (doubt !== null) return inconclusive(doubt, evidence);
    const seen = `After ${counted(limitedAt, "request")} the limit was reached; the logout of a living session was then ${logoutStatus === 0 ? "not answered" : `answered with ${logoutStatus}`}`;
    switch (sessionAfter) {
      case "accepted":
        return logoutStatus < 400 && sessionSurvives(artifacts)
          ? inconclusive("The session survives its logout without a limit, too.", evidence)
          : fail(`${seen}, and the session lives on.`, evidence);
      case "refused":
        return pass(`${seen}, and the session ended.`, evidence);
      case "unclear":
        return inconclusive(`${seen}; whether the session lives on could not be told.`, evidence);
    }
  },
});
