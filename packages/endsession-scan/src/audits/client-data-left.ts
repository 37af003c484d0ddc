import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";
import { listed } from "./wording.ts";

export const clientDataLeft: Audit = defineAudit({
  id: "client-data-left",
  title: "Logout clears the browser's storage",
  failTitle: "The user's data stays in the browser",
  why: "The next person at the device, and any script of a later visitor, reads what the user left.",
  severity: "low",
  requirements: ["CL-01", "CL-02", "ASVS 14.3.1", "ASVS 14.3.3"],
  cwe: 459,
  bounty: "Sensitive Data Exposure > Via localStorage/sessionStorage > Non-Sensitive Token",
  fix: 'Clear localStorage, sessionStorage, IndexedDB and Cache Storage of the user\'s data at logout in the page, also when the server cannot be reached; Clear-Site-Data: "storage" helps.',
  needs: "departure",
  quick: true,
  judge({ signOut, left }) {
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    if (left.length === 0) {
      return pass("Nothing of the user's was found in the browser's storage after the logout.");
    }
    const said = left.map(({ store, key, what }) => `${what} in ${store} (${key})`);
    const evidence = said.map((text) => ({ text }));
    if (signOut.browser === "accepted") {
      return inconclusive(
        `The browser is still signed in, so that ${listed(said)} is left proves nothing.`,
        evidence,
      );
    }
    const credential = left.some(({ what }) =>
      /token|credential|secret|session|password/iu.test(what),
    );
    return fail(
      `After the logout there is still ${listed(said)}.`,
      evidence,
      credential ? "medium" : "low",
    );
  },
});
