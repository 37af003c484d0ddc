import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { logoutDoubt } from "./logout-done.ts";

export const refreshSurvivesLogout: Audit = defineAudit({
  id: "refresh-survives-logout",
  title: "The refresh token is dead after logout",
  failTitle: "The refresh token gets new credentials after logout",
  why: "One copied refresh token becomes a lasting way in: it mints fresh access tokens although the user has logged out.",
  severity: "high",
  requirements: ["RT-09", "LO-07", "ASVS 7.4.1", "RFC 9700 §4.14.2", "RFC 7009 §2.1"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Server-Side Only)",
  fix: "Revoke the whole family of refresh tokens in the same transaction that ends the session, and check in the rotation that the session is still alive.",
  needs: "refresh",
  judge({ afterLogout, found }, artifacts) {
    if (afterLogout === null) {
      return inconclusive(`The refresh request was not repeated after the logout: ${found}.`);
    }
    const { accepted, exchange } = afterLogout;
    if (accepted) {
      return fail(
        "After the logout, the refresh token that was held before it got new credentials.",
        [{ exchange, text: "the refresh after the logout: accepted" }],
      );
    }
    const doubt = logoutDoubt(artifacts);
    const evidence = [{ exchange, text: "the refresh after the logout: refused" }];
    return doubt === null
      ? pass("The refresh token that was held before the logout was refused after it.", evidence)
      : inconclusive(doubt, evidence);
  },
});
