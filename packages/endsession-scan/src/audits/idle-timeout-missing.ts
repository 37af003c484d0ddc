import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";

export const idleTimeoutMissing: Audit = defineAudit({
  id: "idle-timeout-missing",
  title: "An idle session ends as announced",
  failTitle: "An idle session works on after the announced time",
  why: "A device that was left behind stays signed in, although the application says that it does not.",
  severity: "low",
  requirements: ["TO-01", "TO-04", "ASVS 7.3.1", "WSTG-SESS-07", "NIST SP 800-63B-4 §2.2.3"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > Long Timeout",
  fix: "Note on the server when a session was last used, and refuse it when the idle time is over, whatever its cookie says.",
  needs: "idle",
  judge({ announced, waited, after, exchange }) {
    const seen = `With ${announced} s announced, after ${Math.round(waited)} s without a request`;
    const evidence = [{ exchange, text: `${seen}: ${after}` }];
    if (waited <= announced) return inconclusive(`${seen} it is too early to tell.`, evidence);
    switch (after) {
      case "accepted":
        return fail(`${seen} the session still works.`, evidence);
      case "refused":
        return pass(`${seen} the session has ended.`, evidence);
      case "unclear":
        return inconclusive(`${seen} it could not be told whether the session works.`, evidence);
    }
  },
});
