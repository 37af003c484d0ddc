import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";
import { outcomeOf } from "./replayed.ts";
import { place } from "./wording.ts";

export const ssoSignsBackIn: Audit = defineAudit({
  id: "sso-signs-back-in",
  title: "After logout nobody is signed in without an act",
  failTitle: "After logout the application signs in again by itself",
  why: "The next person at the device opens the application and is the user: the identity provider was never told.",
  severity: "medium",
  requirements: ["OI-14", "ASVS 7.6.2", "WSTG-SESS-06"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Client and Server-Side)",
  fix: "End the session at the identity provider as well (RP-initiated logout), or ask it for a fresh sign-in (prompt=login) after a logout.",
  needs: "departure",
  judge({ signOut, signsBackIn }, artifacts) {
    if (signsBackIn === null)
      return inconclusive("The application was not opened again after the logout.");
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    const { signedIn, how, through } = signsBackIn;
    const by = through === null ? "" : ` through ${place(through)}`;
    const evidence = [{ text: `${how}${by}: ${signedIn ? "signed in" : "not signed in"}` }];
    if (!signedIn)
      return pass(`After the logout the application asks for a sign-in: ${how}.`, evidence);
    if (signOut.browser === "accepted") {
      return inconclusive(
        "The browser was never signed out, so that it is signed in proves nothing.",
        evidence,
      );
    }
    if (
      through === null &&
      ["alive", "delayed", "mixed"].includes(outcomeOf(artifacts, "remember-me").kind)
    ) {
      return inconclusive(
        "A remember-me token signs in again, see remember-me-survives-logout.",
        evidence,
      );
    }
    return fail(
      `After the logout the user is signed in again${by} with nothing typed: ${how}.`,
      evidence,
    );
  },
});
