import { defineAudit } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { othersEnded } from "./others-ended.ts";

export const passwordChangeKeepsSessions: Audit = defineAudit({
  id: "password-change-keeps-sessions",
  title: "A password change ends the other sessions",
  failTitle: "Other sessions survive a password change",
  why: "Changing the password is what people do when somebody else is in; whoever is in stays in.",
  severity: "high",
  requirements: ["LA-06", "RM-05", "ASVS 7.4.3"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Password Reset and/or Change",
  fix: "End all other sessions, refresh tokens and remember-me tokens of the account in the transaction that stores the new password.",
  needs: "passwordChange",
  judge: (part, artifacts) => othersEnded(part, "the password change", artifacts),
});
