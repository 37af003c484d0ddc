import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { doubtOf } from "./logout-done.ts";

export const otherDeviceEnded: Audit = defineAudit({
  id: "other-device-ended",
  title: "A logout leaves other devices signed in",
  failTitle: "A logout on one device signs out the others",
  why: "Who leaves a library's computer loses the work on the phone; and users learn not to log out.",
  severity: "low",
  requirements: ["LO-06", "RT-12"],
  cwe: 440,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > Concurrent Sessions On Logout",
  fix: "End the session that asks, by its id, and keep ending all of an account's sessions for a control of its own.",
  needs: "departure",
  quick: true,
  judge({ signOut, otherDevice }) {
    if (!otherDevice.bothSignedIn) {
      return notApplicable(
        "The second sign-in ended the first: an account has one session at a time here.",
      );
    }
    const doubt = doubtOf(signOut);
    if (doubt !== null) return inconclusive(doubt);
    const evidence = [
      {
        exchange: otherDevice.exchange,
        text: `device B after the logout on A: ${otherDevice.after}`,
      },
    ];
    switch (otherDevice.after) {
      case "accepted":
        return pass("Device B is still signed in after the logout on A.", evidence);
      case "refused":
        return fail("The logout on device A signed device B out as well.", evidence);
      case "unclear":
        return inconclusive("Whether device B is still signed in could not be told.", evidence);
    }
  },
});
