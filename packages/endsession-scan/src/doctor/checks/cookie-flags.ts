import { isLocal } from "../../config/hosts.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { looksLikeSession, nameOf } from "../said.ts";
import { cookiesOf } from "../visit.ts";

/** Secure, HttpOnly and SameSite of cookies that are set before a sign-in. */
export const cookieFlags: Check = {
  id: "cookie-flags",
  title: "Session cookies are Secure on https, HttpOnly, and say their SameSite",
  requirement: "CK-09",
  look(visit) {
    const bad: string[] = [];
    const warn: string[] = [];
    for (const { cookie, answer } of cookiesOf(visit)) {
      if (cookie.deletes) continue;
      const { protocol, hostname } = new URL(answer.ask.url);
      const secure = cookie.attributes.has("secure");
      const name = nameOf(cookie);
      if (protocol === "http:" && secure && !isLoopback(hostname)) {
        bad.push(`${name} is Secure on plain http: browsers drop it, and its deletion too`);
      } else if (protocol === "http:" && secure) {
        warn.push(`${name} is Secure on plain http: some browsers drop it even on localhost`);
      }
      if (!looksLikeSession(cookie)) continue;
      if (protocol === "https:" && !secure) bad.push(`${name} is not Secure on https`);
      if (!cookie.attributes.has("httponly")) warn.push(`${name} is not HttpOnly`);
      if (!cookie.attributes.has("samesite")) warn.push(`${name} has no SameSite`);
    }
    return judged(
      { bad, warn },
      "No cookie that a stranger gets is against it.",
      "Set session cookies with Secure (on https, and only there), HttpOnly and SameSite=Lax, and let the application know from its proxy whether it is reached by https.",
    );
  },
};

function isLoopback(hostname: string): boolean {
  return isLocal(hostname) && /^(?:localhost|.*\.localhost|127\..*|\[::1\])$/u.test(hostname);
}
