import type { SetCookie } from "../../http/cookies.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { nameOf } from "../said.ts";
import { cookiesOf } from "../visit.ts";

/** rfc6265bis, section 5.7, steps 20 and 21. */
export const cookiePrefixes: Check = {
  id: "cookie-prefixes",
  title: "Cookies keep what the prefix of their name promises",
  requirement: "CK-03",
  look(visit) {
    const bad = cookiesOf(visit).flatMap(({ cookie, answer }) =>
      broken(cookie, new URL(answer.ask.url).protocol).map(
        (what) =>
          `${nameOf(cookie)} ${what}${cookie.deletes ? ", so its deletion is ignored" : ", so browsers drop it"}`,
      ),
    );
    return judged(
      { bad },
      "No cookie breaks its prefix.",
      "Set and delete `__Host-` cookies with Secure, Path=/ and no Domain, `__Secure-` cookies with Secure, both on https only.",
    );
  },
};

function broken({ name, attributes }: SetCookie, protocol: string): string[] {
  const prefix = /^__(host-http|host|http|secure)-/iu.exec(name)?.[1]?.toLowerCase();
  if (prefix === undefined) return [];
  const found: string[] = [];
  if (!attributes.has("secure")) found.push("lacks Secure");
  else if (protocol !== "https:") found.push("is set over plain http");
  if (prefix.startsWith("host")) {
    if (attributes.get("path") !== "/") found.push("lacks Path=/");
    if ((attributes.get("domain") ?? "") !== "") found.push("has a Domain");
  }
  if (prefix.endsWith("http") && !attributes.has("httponly")) found.push("lacks HttpOnly");
  return found;
}
