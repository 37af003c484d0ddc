/** The logout's address: who may call it, and how it answers. */
import { answers, limits, logout, prefetching, redirects, siteData, ways } from "../facts.ts";
import type { Remedy } from "../remedy.ts";
import {
  acceptance,
  askLogout,
  askPrivate,
  exhaustLogout,
  getLogout,
  refusal,
  remark,
  script,
} from "../shell.ts";
import type { Seen } from "../seen.ts";

export const loggingOut: readonly Remedy[] = [
  {
    audit: "logout-by-get",
    topics: ["post-only", "logout"],
    facts: [ways, logout],
    holds: [
      "GET and HEAD of the logout address change nothing: 405 with `Allow: POST`, or a page with a button that sends the POST.",
      "The logout control on every page is a form with a button (or sends a POST by script).",
      "The POST is refused for other sites: `Sec-Fetch-Site` is `same-origin` or `none`, or, where it is missing, `Origin` is exactly this application's.",
    ],
    never: [
      "A token in the address is no fix: it leaks, and prefetches carry it too.",
      "Do not break the logout for a person whose session has expired.",
    ],
    check: endsNothing,
    test: "get",
  },
  {
    audit: "logout-by-prefetch",
    topics: ["post-only", "logout"],
    facts: [ways, prefetching, logout],
    holds: [
      "No request with `Sec-Purpose: prefetch` changes anything.",
      "The logout is a POST; no page announces its address to be prefetched or prerendered, and no link points to it.",
    ],
    never: [
      "Looking at `Sec-Purpose` while GET still logs out is no fix: older browsers do not send it.",
    ],
    check: (seen) =>
      script(
        getLogout(seen, "405, or a page; no Set-Cookie", "-H 'Sec-Purpose: prefetch'"),
        askPrivate(seen, `still ${acceptance(seen)}`),
      ),
    test: "get",
  },
  {
    audit: "logout-cross-site",
    topics: ["post-only", "cookie-flags"],
    facts: [ways, logout],
    holds: [
      "A logout sent from another site ends nothing: `Sec-Fetch-Site: cross-site` and `same-site` are refused with 403, and so is a foreign `Origin` where that header is missing.",
      "A logout from the application's own pages works, also when the session is dead or the page is old.",
    ],
    never: [
      "Do not protect it by a token that dies with the session: then a dead session cannot log out.",
      "Do not judge by Referer.",
    ],
    check: (seen) =>
      script(
        getLogout(
          seen,
          "403",
          "-X POST -H 'Origin: https://evil.test' -H 'Sec-Fetch-Site: cross-site'",
        ),
        askPrivate(seen, `still ${acceptance(seen)}`),
        askLogout(seen, "2xx or a redirect", { more: "-H 'Sec-Fetch-Site: same-origin'" }),
        askPrivate(seen, refusal(seen)),
      ),
  },
  {
    audit: "logout-needs-live-session",
    topics: ["logout", "post-only"],
    facts: [answers, logout],
    holds: [
      "The same logout request answers alike with a live, an expired, an ended, a random and no cookie: success, and the deletion of the cookie.",
      "Only a request that carries nothing but a bearer token, and no known one, may get 401.",
    ],
    never: [
      "Do not put the route behind the check that demands a session.",
      "Do not drop the cross-site check to get there: skip only what is bound to the session.",
    ],
    check: anyCookie,
  },
  {
    audit: "logout-leaks-validity",
    topics: ["logout"],
    facts: [answers],
    holds: [
      "Status, redirect target, body and deletion headers of the logout are the same for a live, an ended, a random and no credential.",
    ],
    never: ["Do not answer everything with an error to make it equal."],
    check: anyCookie,
  },
  {
    audit: "redirect-not-safe",
    topics: ["redirect", "logout"],
    facts: [redirects, logout],
    holds: [
      "After the logout the browser goes to one fixed page, or to one out of an exact list; every other value is ignored.",
      "`https://evil.test`, `//evil.test`, `/\\evil.test`, `https:evil.test` and a value with a line break lead to the fixed page.",
    ],
    never: [
      "Comparing the beginning or the end of the address, or filtering characters, is no fix.",
    ],
    check: (seen) =>
      script(
        ...["next", "returnTo", "redirect_uri"].map((name) =>
          askLogout(seen, "Location stays on this site", {
            more: `--data-urlencode '${name}=//evil.test/'`,
          }),
        ),
      ),
  },
  {
    audit: "rate-limit-blocks-logout",
    topics: ["logout"],
    facts: [limits, logout],
    holds: [
      "A logout with a live credential ends it, also when the limit is exhausted: first end what was presented, then count, then answer 429 with Retry-After if it must be.",
      "The limit counts by user, or by address for those without a credential; it never counts by what a stranger claims.",
    ],
    never: ["Do not take the limit away altogether."],
    check: (seen) =>
      script(
        remark("exhaust the limit with requests that carry no credential:"),
        exhaustLogout(seen, 60),
        askLogout(seen, "whatever it answers"),
        askPrivate(seen, refusal(seen)),
      ),
  },
  {
    audit: "clear-site-data-misused",
    topics: ["delete-cookie", "logout"],
    facts: [siteData, logout],
    holds: [
      'Each type in Clear-Site-Data stands in quotation marks: `Clear-Site-Data: "storage"`; without them browsers ignore it.',
      "Only the answer to a real logout carries it, never a page that anyone can cause a browser to load.",
      'The session cookie is deleted by its own Set-Cookie; `"cookies"` is not the only means, since it deletes the cookies of all subdomains and of the same answer.',
    ],
    never: ['Do not send `"cache"` on the logout\'s answer: browsers stall on it for seconds.'],
    check: (seen) => script(askLogout(seen, "look at Clear-Site-Data and at Set-Cookie")),
  },
];

function endsNothing(seen: Seen): string[] {
  return script(
    getLogout(seen, "405, or a page; no Set-Cookie"),
    askPrivate(seen, `still ${acceptance(seen)}`),
    askLogout(seen, "2xx or a redirect"),
    askPrivate(seen, refusal(seen)),
  );
}

function anyCookie(seen: Seen): string[] {
  return script(
    askLogout(seen, "a live session: success"),
    askLogout(seen, "the same session, now dead: the same answer"),
    askLogout(seen, "no credential: the same answer", { anonymous: true }),
  );
}
