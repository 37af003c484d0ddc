import { defineAudit, fail, notApplicable } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { evidenceOf, harmless } from "./ways.ts";
import { listed, place } from "./wording.ts";

export const logoutByPrefetch: Audit = defineAudit({
  id: "logout-by-prefetch",
  title: "Prefetching does not log out",
  failTitle: "Prefetching the logout logs out",
  why: "Browsers load ahead what a pointer only touches: users are signed out without having clicked, and lose what they were writing.",
  severity: "medium",
  requirements: ["LO-02", "ASVS 3.5.3", "RFC 9110 §9.2.1"],
  cwe: 650,
  bounty: "Cross-Site Request Forgery (CSRF) > Action-Specific > Logout",
  fix: "End sessions on POST only, refuse requests whose Sec-Purpose says prefetch or prerender, and turn prefetching off for links to the logout.",
  needs: "ways",
  judge({ get, prefetch }, artifacts) {
    const own = artifacts.collected.survey?.prefetchesLogout ?? [];
    const ends = prefetch.ended === true ? prefetch : get;
    if (own.length > 0 && ends.ended === true) {
      const pages = listed(own.map(({ page }) => place(page)));
      return fail(
        `The application itself loads its logout ahead, and that ends the session: ${pages}.`,
        evidenceOf(ends),
      );
    }
    if (get.ended === true) {
      return notApplicable(
        "A plain GET ends the session already, see logout-by-get; no page of the application loads it ahead.",
      );
    }
    return prefetch.ended === true
      ? fail(
          "A request for the logout's address that is marked as prefetch ends the session.",
          evidenceOf(prefetch),
          "low",
        )
      : harmless(prefetch, artifacts, "A prefetch of the logout's address");
  },
});
