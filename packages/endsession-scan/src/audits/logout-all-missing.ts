import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { counted, place } from "./wording.ts";

export const logoutAllMissing: Audit = defineAudit({
  id: "logout-all-missing",
  title: "Users can end all their sessions",
  failTitle: "There is no control that ends all sessions",
  why: "Who has lost a phone or sees a stranger in the list has no way to throw everybody out at once.",
  severity: "low",
  requirements: ["LA-01", "LA-03", "ASVS 7.5.2", "ASVS 7.4.3"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > Concurrent Sessions On Logout",
  fix: "Offer “Log out of all devices” beside the list, ending every session, refresh token and remember-me token of the account.",
  needs: "survey",
  judge({ deviceList, logoutAll, logoutAllDenied, pagesSearched }) {
    if (logoutAll !== null) return pass(`There is a control that ends all sessions: ${logoutAll}.`);
    if (logoutAllDenied === true) {
      return fail("The configuration says that nothing ends all sessions (logoutAll: false).", [
        { text: "logoutAll: false" },
      ]);
    }
    const searched = counted(pagesSearched, "page");
    if (deviceList !== null) {
      const where = place(deviceList);
      return fail(
        `${where} lists the account's sessions or devices, but on ${searched} no control was found that ends all of them. Where there is one, name it with "logoutAll" in the configuration.`,
        [{ text: `list of sessions: ${where}` }],
      );
    }
    return pagesSearched === 0
      ? inconclusive("No page was looked through for a list of sessions.")
      : notApplicable(
          `On ${searched} there is neither a list of sessions nor a control that ends all of them.`,
        );
  },
});
