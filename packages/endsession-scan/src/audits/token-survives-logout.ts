import { defineAudit } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { outcomeOf } from "./replayed.ts";
import { survivalOf } from "./survival.ts";

export const tokenSurvivesLogout: Audit = defineAudit({
  id: "token-survives-logout",
  title: "Access tokens are dead after logout",
  failTitle: "An access token survives the logout",
  why: "A copied token goes on reading and writing in the user's name until it expires, although the user has logged out.",
  severity: "high",
  requirements: ["LO-01", "LO-07", "JW-04", "RV-01", "ASVS 7.4.1", "WSTG-SESS-06"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Server-Side Only)",
  fix: "Give every token the id of its session, and check on each request that this session has not ended: by a lookup, a denylist of ids, or a version per user.",
  needs: "departure",
  quick: true,
  judge(_, artifacts) {
    const judgement = survivalOf(
      outcomeOf(artifacts, "header"),
      "No request header carries the identity here.",
    );
    return judgement.verdict === "fail" && artifacts.collected.survey?.httpAuthentication === true
      ? {
          ...judgement,
          reason: `${judgement.reason} HTTP authentication sends the password itself, so there is no session that could be ended.`,
        }
      : judgement;
  },
});
