import { defineAudit, fail, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { authenticatingCookies } from "./carriers.ts";
import { listed } from "./wording.ts";

export const sessionFixation: Audit = defineAudit({
  id: "session-fixation",
  title: "Signing in issues a new session id",
  failTitle: "Signing in keeps the session id from before",
  why: "Who planted or saw the visitor's cookie before the sign-in holds the user's session after it.",
  severity: "medium",
  requirements: ["SS-03", "ASVS 7.2.4", "WSTG-SESS-03"],
  cwe: 384,
  bounty: "Broken Authentication and Session Management > Session Fixation > Remote Attack Vector",
  fix: "Issue a new session id at every sign-in and change of privilege, and end the old one.",
  needs: "survey",
  judge(survey) {
    const names = authenticatingCookies(survey);
    const kept = survey.keptFromBefore.filter(({ name }) => names.has(name));
    if (kept.length > 0) {
      return fail(
        `${listed(kept.map(({ name }) => name))} has the same value before and after the sign-in.`,
        kept.map(({ name, value }) => ({ text: `cookie ${name}: ${value} before and after` })),
      );
    }
    if (names.size === 0) return notApplicable("No cookie carries the identity here.");
    const before = survey.anonymousCookies.filter((name) => names.has(name));
    return before.length > 0
      ? pass(`${listed(before)} has another value after the sign-in than before it.`)
      : pass(
          `${listed([...names])} is first set by the sign-in: there is no earlier value to keep.`,
        );
  },
});
