import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { authenticatingHeaders } from "./carriers.ts";
import { listed } from "./wording.ts";

export const tokenInWebStorage: Audit = defineAudit({
  id: "token-in-web-storage",
  title: "No token lies in web storage",
  failTitle: "A token lies in web storage",
  why: "Every script of the page reads it, also an injected one, and takes it elsewhere, where no logout in this browser reaches.",
  severity: "medium",
  requirements: ["CL-07", "CK-13", "NIST SP 800-63B-4 §5.1"],
  cwe: 922,
  bounty: "Sensitive Data Exposure > Via localStorage/sessionStorage > Sensitive Token",
  fix: "Keep the session in an HttpOnly cookie; where a token is needed in script, keep it in memory and its refresh token in an HttpOnly cookie.",
  needs: "survey",
  quick: true,
  judge(survey) {
    const { tokensInStorage } = survey;
    const where = (all: typeof tokensInStorage): string =>
      listed(all.map(({ store, key }) => `${store} (${key})`));
    const proven = tokensInStorage.filter(({ authenticates }) => authenticates);
    if (proven.length > 0) {
      return fail(
        `While signed in, a token that authenticates lies in ${where(proven)}.`,
        proven.map(({ store, key, value }) => ({ text: `${store} ${key}: ${value}` })),
        proven.some(({ key }) => /refresh/iu.test(key)) ? "high" : "medium",
      );
    }
    if (tokensInStorage.length === 0) {
      return pass("While signed in, localStorage and sessionStorage held no token.");
    }
    // It may be a refresh token, which no probe shows; where cookies carry the identity there is none.
    return authenticatingHeaders(survey).size > 0
      ? inconclusive(
          `What lies in ${where(tokensInStorage)} looks like a token, but was not seen to authenticate.`,
        )
      : pass(
          `What lies in ${where(tokensInStorage)} looks like a token, but only cookies authenticate here.`,
        );
  },
});
