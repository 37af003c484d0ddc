import { defineAudit, fail } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { evidenceOf, harmless } from "./ways.ts";

export const logoutByGet: Audit = defineAudit({
  id: "logout-by-get",
  title: "A GET does not log out",
  failTitle: "A plain GET logs out",
  why: "Any link, image or preview with that address signs the user out: on a stranger's page, in a mail, in a browser that loads ahead.",
  severity: "medium",
  requirements: ["LO-02", "CS-01", "ASVS 3.5.3", "RFC 9110 §9.2.1"],
  cwe: 650,
  bounty: "Cross-Site Request Forgery (CSRF) > Action-Specific > Logout",
  fix: "End sessions on POST only, and answer GET with 405 or with a page whose button posts.",
  needs: "ways",
  quick: true,
  judge({ get }, artifacts) {
    if (get.ended !== true) return harmless(get, artifacts, "A plain GET of the logout's address");
    return get.token
      ? fail(
          "A plain GET of the logout's address ends the session; the address has to hold a token that a stranger does not know.",
          evidenceOf(get),
          "low",
        )
      : fail("A plain GET of the logout's address ends the session.", evidenceOf(get));
  },
});
