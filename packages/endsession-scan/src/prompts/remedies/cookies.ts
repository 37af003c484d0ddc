/** Cookies: deleted, single, and set as they should be. */
import { cookies, deletion, logout, twins } from "../facts.ts";
import type { Remedy } from "../remedy.ts";
import { askLogout, headersOfPrivate, remark, script } from "../shell.ts";

export const cookieRemedies: readonly Remedy[] = [
  {
    audit: "cookie-not-deleted",
    topics: ["delete-cookie", "logout"],
    facts: [deletion, cookies, logout],
    holds: [
      "The logout's answer deletes each cookie that signs in: the same name, Domain (or none) and Path as when it was set, an empty value, `Max-Age=0` and an `Expires` in the past.",
      "`Secure` is repeated for `__Host-` and `__Secure-` names and with `SameSite=None`, `Partitioned` for partitioned cookies; else a browser ignores the deletion.",
      "One definition in the code drives both setting and deleting.",
      "The server has ended the session before: the deletion is not the logout.",
    ],
    never: [
      "Deleting it by a script is no fix: HttpOnly cookies stay, and HttpOnly must stay too.",
    ],
    check: (seen) =>
      script(
        askLogout(
          seen,
          "a Set-Cookie per cookie, with Max-Age=0 and the Path and Domain of the original",
        ),
      ),
  },
  {
    audit: "cookie-twins",
    topics: ["delete-cookie", "cookie-flags"],
    facts: [twins, cookies],
    holds: [
      "The application sets each session cookie with one Domain and one Path, from one definition.",
      "The logout (and the sign-in) delete the name under every Domain and Path under which it was ever set, with one Set-Cookie header each.",
      "When a request carries the name twice, the server does not pick one blindly: it tries each, and heals by deleting the others.",
    ],
    never: ["Renaming the cookie leaves the old ones in browsers: delete them as well."],
    check: (seen) =>
      script(
        headersOfPrivate(seen, "set-cookie", "each name once"),
        askLogout(seen, "one deletion per Domain and Path that was ever used"),
        remark(
          "in the browser's cookie list: the name is there once while signed in, not at all after",
        ),
      ),
  },
  {
    audit: "cookie-flags",
    topics: ["cookie-flags"],
    facts: [cookies],
    holds: [
      "Each cookie that signs in is HttpOnly, has SameSite=Lax or Strict (None only together with Secure, and only if another site must send it), and is Secure on https.",
      "It is host-only (no Domain) unless subdomains have to share it; on https its name begins with `__Host-`.",
      "It lives no longer than the session, and never more than 400 days.",
    ],
    never: [
      "Do not make a cookie HttpOnly that scripts must read by design, such as a CSRF cookie: it must not sign in.",
      "When the name changes, delete the old one at sign-in and at logout.",
    ],
    check: () => [
      ': "${LOGIN_URL:?the address that the sign-in posts to}"',
      "read -rs LOGIN_BODY       # paste the body that the sign-in sends",
      'curl -s -o /dev/null -D - --data-raw "$LOGIN_BODY" "$LOGIN_URL" | grep -i \'^set-cookie\'   # HttpOnly; SameSite; Secure on https',
    ],
  },
];
