import type { SetCookie } from "../../http/cookies.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { nameOf } from "../said.ts";
import { cookiesOf } from "../visit.ts";

/** One name, several scopes: a deletion finds only one of them. */
export const cookieTwins: Check = {
  id: "cookie-twins",
  title: "Each cookie is set with one Path and one Domain",
  requirement: "CK-08",
  look(visit) {
    const scopes = new Map<string, Set<string>>();
    for (const { cookie, answer } of cookiesOf(visit)) {
      const known = scopes.get(nameOf(cookie)) ?? new Set<string>();
      // Deletions under older scopes are no twins: they heal.
      if (!cookie.deletes) known.add(scopeOf(cookie, answer.ask.url));
      scopes.set(nameOf(cookie), known);
    }
    const bad = [...scopes]
      .filter(([, all]) => all.size > 1)
      .map(([name, all]) => `${name} is set with ${[...all].join(" and with ")}`);
    return judged(
      { bad },
      "No name is set twice with another Path or Domain.",
      "Build the Set-Cookie of a name in one place, with an explicit Path, and delete the other scopes at sign-in and logout.",
    );
  },
};

function scopeOf({ attributes }: SetCookie, url: string): string {
  const path = attributes.get("path") ?? "";
  const domain = (attributes.get("domain") ?? "").replace(/^\./u, "").toLowerCase();
  return `Path ${path.startsWith("/") ? path : defaultPath(url)}, ${domain === "" ? "no Domain" : `Domain ${domain}`}`;
}

/** rfc6265bis, section 5.1.4. */
function defaultPath(url: string): string {
  const { pathname } = new URL(url);
  const end = pathname.lastIndexOf("/");
  return end <= 0 ? "/" : pathname.slice(0, end);
}
