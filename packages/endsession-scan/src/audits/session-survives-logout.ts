import { defineAudit } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { outcomeOf } from "./replayed.ts";
import { survivalOf } from "./survival.ts";

export const sessionSurvivesLogout: Audit = defineAudit({
  id: "session-survives-logout",
  title: "The session is dead after logout",
  failTitle: "The session survives its logout",
  why: "Whoever holds the old cookie (a thief, a proxy's log, the next person at the device) is still signed in, and the user has no way left to end it.",
  severity: "high",
  requirements: ["LO-01", "RV-01", "CK-10", "ASVS 7.4.1", "WSTG-SESS-06"],
  cwe: 613,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Server-Side Only)",
  fix: "End the session in the server's store before answering the logout, and look the session up on every request that it authenticates.",
  needs: "departure",
  quick: true,
  judge: (_, artifacts) =>
    survivalOf(outcomeOf(artifacts, "cookie"), "No cookie by itself signs in here."),
});
