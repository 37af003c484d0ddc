import { redirectOf } from "../../http/answer.ts";
import type { Answer } from "../../http/answer.ts";
import { setCookiesOf } from "../../http/cookies.ts";
import type { Check } from "../check.ts";
import { judged } from "../check.ts";
import { nameOf, pathOf, where } from "../said.ts";

const usual = [
  "/logout",
  "/log-out",
  "/signout",
  "/sign-out",
  "/auth/logout",
  "/api/logout",
  "/api/auth/logout",
  "/users/sign_out",
  "/accounts/logout/",
];

/** Whether a logout address acts on a plain GET, asked as somebody who is not signed in. */
export const logoutByGet: Check = {
  id: "logout-by-get",
  title: "A plain GET does not log out",
  requirement: "LO-02",
  async look({ target, logoutLinks, missing, ask }) {
    const links = logoutLinks.filter(({ method }) => method === "GET").map(({ url }) => url);
    const forms = logoutLinks.filter(({ method }) => method === "POST").map(({ url }) => url);
    const addresses = new Set([
      ...links,
      ...forms,
      ...usual.map((path) => new URL(path, target).href),
    ]);
    // A stranger's GET can end nobody's session: no credential goes with it.
    const answers = await Promise.all([...addresses].map((url) => ask({ url })));
    const bad = answers.flatMap((answer) => {
      const deleted = setCookiesOf(answer.headers).filter(({ deletes }) => deletes);
      return deleted.length === 0
        ? []
        : [`${where(answer)} deletes the cookie ${deleted.map(nameOf).join(", ")}`];
    });
    const warn = answers
      .filter(
        (answer) =>
          actsByRedirect(answer, missing) && !bad.some((it) => it.startsWith(`${where(answer)} `)),
      )
      .map(
        (answer) =>
          `${where(answer)} redirects to ${pathOf(redirectOf(answer) ?? "")}, as a logout would`,
      );
    const linked = links.map((url) => `a public page links to ${pathOf(url)}, by GET`);
    return judged(
      { bad, warn: [...warn, ...linked] },
      "No logout address that was found or is usual acts on a GET.",
      "Take the logout by POST only, answer GET with 405 or a page with a button, and use a form instead of a link.",
    );
  },
};

/** A redirect that is neither for all unknown addresses, nor to a sign-in that comes back, nor to the same path. */
function actsByRedirect(answer: Answer, missing: Answer): boolean {
  const to = redirectOf(answer);
  if (to === null) return false;
  const here = new URL(answer.ask.url);
  const there = new URL(to);
  if (there.pathname.replace(/\/$/u, "") === here.pathname.replace(/\/$/u, "")) return false;
  const stray = redirectOf(missing);
  if (stray !== null && new URL(stray).pathname === there.pathname) return false;
  const back = decodeURIComponent(there.search).includes(here.pathname);
  return !back;
}
