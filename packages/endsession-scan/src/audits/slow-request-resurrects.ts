import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { logoutDoubt } from "./logout-done.ts";
import { outcomeOf, sessionSurvives } from "./replayed.ts";
import { counted, seconds } from "./wording.ts";

export const slowRequestResurrects: Audit = defineAudit({
  id: "slow-request-resurrects",
  title: "Requests in flight do not bring the session back",
  failTitle: "A request in flight brings the session back",
  why: "A slow page or a polling script saves the session after its end: the user has logged out, and is signed in again.",
  severity: "medium",
  requirements: ["RV-06", "RT-10", "ASVS 7.4.1"],
  cwe: 362,
  bounty: "Server Security Misconfiguration > Race Condition",
  fix: "Let saving a session be an update on the condition that it has not ended, never an insert, and send no session cookie when it has ended meanwhile.",
  needs: "slowRequest",
  judge({ inFlight, slowest, after, by, exchange }, artifacts) {
    if (inFlight === 0) return inconclusive("No request was in flight during the logout.");
    const evidence = [
      {
        ...(exchange === null ? {} : { exchange }),
        text: `asked after ${counted(inFlight, "request")} in flight had been answered: ${after}`,
      },
    ];
    const doubt = logoutDoubt(artifacts);
    if (doubt !== null) return inconclusive(doubt, evidence);
    switch (after) {
      case "accepted":
        if (["alive", "delayed", "mixed"].includes(outcomeOf(artifacts, "remember-me").kind)) {
          return inconclusive(
            "A remember-me token signs in again, see remember-me-survives-logout.",
            evidence,
          );
        }
        return sessionSurvives(artifacts)
          ? inconclusive("The session survives its logout with nothing in flight, too.", evidence)
          : fail(
              `After the logout, when ${counted(inFlight, "request")} in flight had been answered, the session was accepted again${by === null ? "" : `, by ${by === "late Set-Cookie" ? "what a late Set-Cookie brought" : "the old credentials"}`}.`,
              evidence,
            );
      case "refused":
        return pass(
          `${counted(inFlight, "request")} in flight during the logout, the slowest of ${seconds(slowest)}, did not bring the session back.`,
          evidence,
        );
      case "unclear":
        return inconclusive("Whether the session came back could not be told.", evidence);
    }
  },
});
