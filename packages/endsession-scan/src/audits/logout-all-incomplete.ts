import { defineAudit } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { othersEnded } from "./others-ended.ts";

export const logoutAllIncomplete: Audit = defineAudit({
  id: "logout-all-incomplete",
  title: "Logging out everywhere ends the other sessions",
  failTitle: "Logging out everywhere leaves sessions alive",
  why: "The user believes that a stolen device is locked out, and it is not.",
  severity: "high",
  requirements: ["LA-01", "LA-02", "RM-05", "ASVS 7.4.3"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > Concurrent Sessions On Logout",
  fix: "Raise a version of the user that every session and token is checked against, or end all sessions by an index of the user, refresh and remember-me tokens included.",
  needs: "logoutAll",
  judge: (part, artifacts) => othersEnded(part, "the logout everywhere", artifacts),
});
