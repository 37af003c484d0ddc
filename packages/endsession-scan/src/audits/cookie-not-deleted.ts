import type { Departure, Survey } from "../artifacts.ts";
import { defineAudit, fail, inconclusive, notApplicable, pass } from "../audit.ts";
import type { Audit } from "../audit.ts";
import { authenticatingCookies } from "./carriers.ts";
import { doubtOf } from "./logout-done.ts";
import { listed } from "./wording.ts";

export const cookieNotDeleted: Audit = defineAudit({
  id: "cookie-not-deleted",
  title: "Logout deletes the session's cookies",
  failTitle: "The session's cookie stays in the browser",
  why: "The old cookie goes on travelling with each request, and whatever accepts it again, by a bug, a cache or the next sign-in, is signed in.",
  severity: "low",
  requirements: ["CK-01", "CK-02", "CK-07", "RFC 6265 §3.1", "ASVS 14.3.1", "WSTG-SESS-06"],
  cwe: 459,
  bounty:
    "Broken Authentication and Session Management > Failure to Invalidate Session > On Logout (Client and Server-Side)",
  fix: "Delete the cookie at logout with the same name, Path and Domain that it was set with, Max-Age=0 and, for prefixed cookies, Secure.",
  needs: "departure",
  quick: true,
  judge(departure, { collected: { survey } }) {
    const names = survey === undefined ? new Set<string>() : authenticatingCookies(survey);
    const kept = departure.cookiesKept.filter(
      ({ authenticates, name }) => authenticates || names.has(name),
    );
    const own = kept.filter(({ name }) => !isTwin(name, departure, survey));
    if (own.length > 0) {
      const doubt = doubtOf(departure.signOut);
      if (doubt !== null) return inconclusive(doubt);
      const which = listed(own.map(({ name, path }) => `${name} (Path ${path})`));
      return fail(
        `After the logout the browser still holds ${which} with the value from before.`,
        [
          ...own.map(({ name, domain, path, value }) => ({
            text: `cookie ${name}, Domain ${domain}, Path ${path}, value ${value}`,
          })),
          ...logoutOf(departure),
        ],
        departure.signOut.browser === "accepted" ? "medium" : "low",
      );
    }
    if (kept.length > 0) {
      return inconclusive(
        `Of several cookies named ${listed(kept.map(({ name }) => name))} one is left, see cookie-twins.`,
      );
    }
    const doubt = doubtOf(departure.signOut);
    if (doubt !== null) return inconclusive(doubt);
    if (survey !== undefined && names.size === 0) {
      return notApplicable("No cookie carries the identity here.");
    }
    return pass(
      names.size > 0
        ? `After the logout the browser no longer holds ${listed([...names])} with the value from before.`
        : "After the logout the browser holds no authenticating cookie with the value from before.",
      logoutOf(departure),
    );
  },
});

/** One of several cookies of its name, of which at least one is gone. */
function isTwin(name: string, departure: Departure, survey: Survey | undefined): boolean {
  const twins = [...(survey?.twins ?? []), ...departure.twins].filter((it) => it.name === name);
  const most = Math.max(0, ...twins.map(({ cookies }) => cookies.length));
  return departure.cookiesKept.filter((it) => it.name === name).length < most;
}

function logoutOf({ signOut: { request } }: Departure): { exchange: string; text: string }[] {
  const exchange = request?.exchange ?? null;
  return exchange === null ? [] : [{ exchange, text: "the logout" }];
}
