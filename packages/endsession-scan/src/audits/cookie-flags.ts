import type { CookieFact } from "../artifacts.ts";
import { defineAudit, fail, inconclusive, notApplicable, pass, severities } from "../audit.ts";
import type { Audit, Severity } from "../audit.ts";
import { authenticatingCookies, authenticatingFacts } from "./carriers.ts";
import { listed } from "./wording.ts";

/** RFC 6265bis, section 5.5: no cookie lives longer. */
const longest = 400;

export const cookieFlags: Audit = defineAudit({
  id: "cookie-flags",
  title: "The session's cookies are guarded",
  failTitle: "A session cookie lacks a guard",
  why: "Without HttpOnly any injected script reads the session, without Secure any network does, without SameSite any other site uses it.",
  severity: "medium",
  requirements: [
    "CK-09",
    "CK-11",
    "ASVS 3.3.1",
    "ASVS 3.3.2",
    "ASVS 3.3.4",
    "WSTG-SESS-02",
    "NIST SP 800-63B-4 §5.1.1",
  ],
  cwe: 1004,
  bounty:
    "Server Security Misconfiguration > Missing Secure or HTTPOnly Cookie Flag > Session Token",
  fix: "Set the cookie with HttpOnly, Secure, SameSite=Lax or Strict, a life of at most 400 days, and on https with the prefix __Host-.",
  needs: "survey",
  quick: true,
  judge(survey, { target }) {
    const names = authenticatingCookies(survey);
    if (names.size === 0) return notApplicable("No cookie carries the identity here.");
    const cookies = authenticatingFacts(survey);
    if (cookies.length === 0) {
      return inconclusive(`How ${listed([...names])} was set could not be seen.`);
    }
    const https = target.toLowerCase().startsWith("https:");
    const lacks = cookies.flatMap((cookie) =>
      lacksOf(cookie, https).map((lack) => ({ ...lack, name: cookie.name })),
    );
    if (lacks.length === 0) {
      return pass(
        `${listed([...names])}: HttpOnly, SameSite${https ? ", Secure" : ""} and a life of at most ${longest} days.${https ? "" : " Secure is not judged on http."}`,
      );
    }
    const said = lacks.map(({ name, what }) => `${name} ${what}`);
    const worst = severities.find((one) => lacks.some(({ severity }) => severity === one));
    return fail(
      `The authenticating cookie ${listed(said)}.`,
      said.map((text) => ({ text: `cookie ${text}` })),
      worst,
    );
  },
});

interface Lack {
  readonly what: string;
  readonly severity: Severity;
}

function lacksOf(cookie: CookieFact, https: boolean): Lack[] {
  const { httpOnly, sameSite, secure, days } = cookie;
  const lacks: (Lack | false)[] = [
    !httpOnly && { what: "has no HttpOnly", severity: "medium" },
    https && !secure && { what: "has no Secure", severity: "medium" },
    sameSite === null && { what: "has no SameSite", severity: "low" },
    sameSite === "None" &&
      !secure &&
      !https && { what: "says SameSite=None without Secure", severity: "low" },
    // An hour more comes from clocks, not from the server.
    days !== null &&
      days > longest + 0.05 && { what: `lives ${Math.round(days)} days`, severity: "low" },
  ];
  return lacks.filter((lack) => lack !== false);
}
