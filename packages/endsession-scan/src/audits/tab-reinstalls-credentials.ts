import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";
import { sessionSurvives } from "./replayed.ts";
import { listed } from "./wording.ts";

export const tabReinstallsCredentials: Audit = defineAudit({
  id: "tab-reinstalls-credentials",
  title: "No open tab brings the credentials back",
  failTitle: "An open tab writes working credentials back",
  why: "The browser is signed in again without anybody having signed in: the user has left, and the next person is the user.",
  severity: "high",
  requirements: ["CL-06", "CL-04", "RT-10", "RV-06"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Client and Server-Side)",
  fix: "End what a tab could renew from on the server, and let tabs remember the logout, so that a late answer or timer stores nothing.",
  needs: "departure",
  judge({ signOut, otherTab }, artifacts) {
    if (otherTab === null) return inconclusive("A second tab was not watched.");
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    const { reinstalled } = otherTab;
    if (reinstalled.length === 0) return pass("The second tab brought no credentials back.");
    const evidence = reinstalled.map((name) => ({ text: `back in the browser: ${name}` }));
    return sessionSurvives(artifacts)
      ? inconclusive(
          `The second tab brought ${listed(reinstalled)} back, and the old credentials work anyway.`,
          evidence,
        )
      : fail(
          `After the logout the second tab brought ${listed(reinstalled)} back into the browser, and it works.`,
          evidence,
        );
  },
});
