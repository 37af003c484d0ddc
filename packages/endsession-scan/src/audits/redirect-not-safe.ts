import { defineAudit, fail, inconclusive, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { logoutDoubt } from "./logout-done.ts";
import { counted, listed, place } from "./wording.ts";

export const redirectNotSafe: Audit = defineAudit({
  id: "redirect-not-safe",
  title: "Logout leads to the application's own pages only",
  failTitle: "Logout redirects to any address",
  why: "A link with the application's own name ends on a copy of its sign-in page, just when the user expects to sign in again.",
  severity: "medium",
  requirements: ["LO-08", "ASVS 3.7.2", "WSTG-CLNT-04"],
  cwe: 601,
  bounty: "Unvalidated Redirects and Forwards > Open Redirect > GET-Based",
  fix: "Lead to one fixed page after logout, or compare the wish with a list of exact addresses.",
  needs: "answers",
  judge({ redirects }, artifacts) {
    const followed = redirects.filter((it) => it.followed);
    const shown = (all: typeof redirects): { exchange: string; text: string }[] =>
      all.map(({ parameter, to, exchange, followed: led }) => ({
        exchange,
        text: `${parameter} to ${place(to)}: ${led ? "followed" : "not followed"}`,
      }));
    if (followed.length > 0) {
      const to = followed[0]?.to ?? "";
      return fail(
        `The logout follows ${listed(followed.map(({ parameter }) => parameter))} to a foreign site (${place(to)}).`,
        shown(followed),
      );
    }
    const doubt = logoutDoubt(artifacts);
    if (doubt !== null) return inconclusive(doubt);
    if (redirects.length === 0) return inconclusive("No redirect parameter was tried.");
    return pass(
      `The logout followed none of ${counted(new Set(redirects.map(({ parameter }) => parameter)).size, "redirect parameter")} to a foreign site.`,
      shown(redirects.slice(0, 2)),
    );
  },
});
