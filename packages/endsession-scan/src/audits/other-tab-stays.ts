import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";
import { shortened } from "./wording.ts";

export const otherTabStays: Audit = defineAudit({
  id: "other-tab-stays",
  title: "Other tabs leave the private page at logout",
  failTitle: "Another tab goes on showing the private page",
  why: "The user logs out in one tab and leaves; the others still show everything to the next person.",
  severity: "low",
  requirements: ["CL-04", "LA-09", "ASVS 14.3.1"],
  cwe: 200,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Client and Server-Side)",
  fix: "Tell the other tabs by BroadcastChannel or a storage event, and ask the server again when a tab becomes visible.",
  needs: "departure",
  judge({ signOut, otherTab }) {
    if (otherTab === null) return inconclusive("A second tab was not watched.");
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    if (!otherTab.stays) return pass("The second tab shows nothing private any more.");
    const evidence = [
      { text: `the second tab${otherTab.text === null ? "" : `: “${shortened(otherTab.text)}”`}` },
    ];
    return signOut.browser === "accepted"
      ? inconclusive("The second tab stays, but the browser is still signed in.", evidence)
      : fail(
          "Some seconds after the logout, and after the user has come back to it, a second tab still shows the private page.",
          evidence,
        );
  },
});
