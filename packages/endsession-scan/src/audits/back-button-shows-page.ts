import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";
import { shortened } from "./wording.ts";

export const backButtonShowsPage: Audit = defineAudit({
  id: "back-button-shows-page",
  title: "Going back after logout shows nothing private",
  failTitle: "Going back after logout shows the private page",
  why: "The next person at the device presses Back and reads what the user believed to have closed.",
  severity: "medium",
  requirements: ["CA-02", "CA-03", "ASVS 14.3.1", "WSTG-SESS-06", "WSTG-ATHN-06"],
  cwe: 525,
  bounty:
    "Server Security Misconfiguration > Lack of Security Headers > Cache-Control for a Sensitive Page",
  fix: "Send Cache-Control: no-store, and on pageshow with persisted blank the page first and ask the server whether the session lives.",
  needs: "departure",
  quick: true,
  judge({ signOut, back, left }) {
    if (back === null) return inconclusive("Going back was not tried.");
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    const evidence = [
      {
        text: `Back: from ${back.from}${back.text === null ? "" : `, “${shortened(back.text)}”`}`,
      },
    ];
    if (!back.shown)
      return pass(`Going back showed nothing private (from ${back.from}).`, evidence);
    if (signOut.browser === "accepted") {
      return inconclusive(
        "Going back showed the private page, but the browser is still signed in.",
        evidence,
      );
    }
    if (back.from === "server" && left.length > 0) {
      return inconclusive(
        "Going back loaded the page anew, and it showed private text out of what is left in the browser's storage, see client-data-left.",
        evidence,
      );
    }
    const source = {
      "back/forward cache": "the back/forward cache",
      "HTTP cache": "the HTTP cache",
      server: "the browser's caches, although its document was asked for anew",
      nowhere: "the open page itself",
    }[back.from];
    return fail(`After the logout, Back shows the private page again, out of ${source}.`, evidence);
  },
});
