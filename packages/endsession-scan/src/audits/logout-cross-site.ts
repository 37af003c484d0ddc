import { defineAudit, fail, notApplicable } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { evidenceOf, harmless } from "./ways.ts";

export const logoutCrossSite: Audit = defineAudit({
  id: "logout-cross-site",
  title: "Other sites cannot log users out",
  failTitle: "A form on another site logs the user out",
  why: "A stranger's page signs visitors out at will, to disturb them, or to make them sign in again where it suits the attacker.",
  severity: "low",
  requirements: ["CS-01", "CS-02", "CS-05", "ASVS 3.5.1"],
  cwe: 352,
  bounty: "Cross-Site Request Forgery (CSRF) > Action-Specific > Logout",
  fix: "Refuse a logout by cookie whose Sec-Fetch-Site says cross-site or, where that is missing, whose Origin is a foreign one; SameSite=Lax on the cookie helps.",
  needs: "ways",
  judge({ get, crossSite }, artifacts) {
    if (get.ended === true) {
      return notApplicable("A plain GET ends the session already, see logout-by-get.");
    }
    if (crossSite.ended !== true) {
      return harmless(crossSite, artifacts, "A form on another site");
    }
    // The form is written without tokens, as a stranger has to.
    return fail(
      `A form on another site signs the user out${crossSite.token ? ", without the token that the application's own form holds" : ""}.`,
      evidenceOf(crossSite),
    );
  },
});
