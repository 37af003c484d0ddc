import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";

export const refreshReuseAccepted: Audit = defineAudit({
  id: "refresh-reuse-accepted",
  title: "A spent refresh token is refused",
  failTitle: "A spent refresh token is accepted again",
  why: "Rotation is there so that a stolen refresh token gives itself away. Accepted after use, it serves thief and owner side by side, unseen.",
  severity: "medium",
  requirements: ["RT-02", "RT-01", "ASVS 10.4.5", "RFC 9700 §4.14.2"],
  cwe: 294,
  bounty: "Broken Authentication and Session Management > Failure to Invalidate Session",
  fix: "Mark a refresh token as spent when its successor is used; when it comes back after a short grace, end its whole family and the session.",
  needs: "refresh",
  judge({ rotates, reuse, found }) {
    if (!rotates)
      return notApplicable(`The refresh token is not rotated, so none is ever spent: ${found}.`);
    if (reuse === null) return inconclusive("A spent refresh token was not presented again.");
    const evidence = [
      {
        exchange: reuse.exchange,
        text: `the first refresh token, two generations later: ${reuse.accepted ? "accepted" : "refused"}`,
      },
    ];
    return reuse.accepted
      ? fail(
          "A refresh token was accepted once more after its successor had been used and a grace had passed.",
          evidence,
        )
      : pass("A refresh token was refused after its successor had been used.", evidence);
  },
});
