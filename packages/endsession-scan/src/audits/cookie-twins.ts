import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { authenticatingCookies } from "./carriers.ts";
import { listed } from "./wording.ts";

export const cookieTwins: Audit = defineAudit({
  id: "cookie-twins",
  title: "The session's cookie exists once",
  failTitle: "Two cookies of the session's name lie side by side",
  why: "A deletion removes one of them. The other goes on being sent: users cannot sign out, or cannot sign in, and nobody can tell which of the two the server reads.",
  severity: "low",
  requirements: ["CK-08", "CK-01", "CK-12", "RFC 6265 §5.4"],
  cwe: 694,
  bounty: "Server Security Misconfiguration > Cookie Scoped to Parent Domain",
  fix: "Set the cookie in one place with one Path and one Domain, and delete the scopes of former versions explicitly, one Set-Cookie each.",
  needs: "survey",
  quick: true,
  judge(survey, { collected: { departure } }) {
    const names = authenticatingCookies(survey);
    const twins = [...survey.twins, ...(departure?.twins ?? [])].filter(
      ({ name, cookies }) => names.has(name) && cookies.length > 1,
    );
    if (twins.length > 0) {
      const said = twins.map(
        ({ name, cookies, when }) =>
          `${name} for ${cookies.map(({ domain, path }) => `${domain}${path}`).join(" and ")} ${when === "signed-in" ? "while signed in" : "after the logout"}`,
      );
      return fail(
        `The browser holds several cookies of one name: ${listed(said)}.`,
        said.map((text) => ({ text })),
      );
    }
    if (names.size === 0) return notApplicable("No cookie carries the identity here.");
    return departure === undefined
      ? inconclusive(
          "While signed in there was one cookie of each name; after a logout nobody has looked.",
        )
      : pass(`While signed in and after the logout there was no second ${listed([...names])}.`);
  },
});
