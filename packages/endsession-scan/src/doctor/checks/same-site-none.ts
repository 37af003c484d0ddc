import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { nameOf } from "../said.ts";
import { cookiesOf } from "../visit.ts";

/** rfc6265bis, section 5.7, step 19: without Secure such a cookie is ignored. */
export const sameSiteNone: Check = {
  id: "same-site-none",
  title: "SameSite=None comes with Secure",
  requirement: "CK-04",
  look(visit) {
    const bad = cookiesOf(visit)
      .filter(
        ({ cookie: { attributes } }) =>
          attributes.get("samesite")?.toLowerCase() === "none" && !attributes.has("secure"),
      )
      .map(({ cookie }) =>
        cookie.deletes
          ? `the deletion of ${nameOf(cookie)} says SameSite=None without Secure and is ignored`
          : `${nameOf(cookie)} says SameSite=None without Secure and is dropped by browsers`,
      );
    return judged(
      { bad },
      "No cookie says SameSite=None without it.",
      "Add Secure to both setting and deleting, or say SameSite=Lax where no other site has to send the cookie.",
    );
  },
};
