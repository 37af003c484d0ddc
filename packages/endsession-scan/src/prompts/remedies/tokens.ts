/** Refresh tokens, remember-me tokens, and tokens in the wrong place. */
import {
  carriers,
  cookies,
  leaks,
  logout,
  refresh,
  secretsInUrls,
  storedTokens,
} from "../facts.ts";
import type { Remedy } from "../remedy.ts";
import type { Script } from "../shell.ts";
import {
  askLogout,
  askPrivate,
  headersOfPrivate,
  pasteAgain,
  refusal,
  remark,
  script,
} from "../shell.ts";

export const tokens: readonly Remedy[] = [
  {
    audit: "refresh-survives-logout",
    topics: ["tokens", "logout"],
    facts: [refresh, logout],
    holds: [
      "The logout revokes the refresh token of this session and all its descendants in the store; presenting any of them afterwards is 400 `invalid_grant`.",
      "It finds them by the session, not only by the token that the client happens to send.",
      "A refresh that races with the logout hands out nothing that works afterwards.",
    ],
    never: [
      "Removing the token from the client is no fix.",
      "Do not revoke the refresh tokens of the user's other devices.",
    ],
    check: (seen) =>
      script(
        askLogout(seen, "2xx or a redirect"),
        refreshAgain("400, error invalid_grant, no token"),
      ),
  },
  {
    audit: "refresh-reuse-accepted",
    topics: ["tokens"],
    facts: [refresh],
    holds: [
      "A refresh token whose successor has been used is never accepted again; presenting it ends the family, the newest token included, and the session, and is logged (RFC 9700, section 4.14.2).",
      "A client that lost an answer may retry: until the successor is used, and for a short grace after (ten seconds, say), the old token gets the same successor again.",
    ],
    never: ["Do not drop spent tokens from the store: knowing them is how reuse is seen."],
    check: () =>
      script(
        remark("refresh twice, keeping the first token, wait until the grace is over, then:"),
        refreshAgain("400, error invalid_grant; the newest token is refused as well"),
      ),
  },
  {
    audit: "refresh-family-forks",
    topics: ["tokens", "races"],
    facts: [refresh],
    holds: [
      "Rotation is one conditional update on the presented token (still current, not revoked); of parallel requests one changes the row, and the others get that same successor or are refused.",
      "However often one token is presented, at most one branch of descendants works.",
    ],
    never: ["Reading the token, then marking it used in a second statement, is no fix."],
    check: () => [
      "read -rs REFRESH_BODY     # paste the body of a refresh request with a fresh refresh token",
      ': "${REFRESH_URL:?the address that refreshes}"',
      'for n in 1 2; do curl -s -X POST -H "Content-Type: ${REFRESH_TYPE:-application/json}" --data-raw "$REFRESH_BODY" "$REFRESH_URL" & done; wait   # one and the same new refresh token in both answers, or one refusal',
    ],
  },
  {
    audit: "remember-me-survives-logout",
    topics: ["remember-me", "logout", "delete-cookie"],
    facts: [carriers, cookies, logout],
    holds: [
      "The logout ends this device's remember-me token in the store and deletes its cookie; the token alone starts no session afterwards.",
      "The token is random, stored as a hash, used once and replaced at each use.",
    ],
    never: ["Do not end the remember-me tokens of the user's other devices."],
    check: (seen) =>
      script(
        askLogout(seen, "2xx or a redirect"),
        pasteAgain(seen, "now the remember-me cookie alone, as it was before the logout:"),
        askPrivate(seen, refusal(seen)),
      ),
    test: "replay",
  },
  {
    audit: "token-in-web-storage",
    topics: ["tokens", "cookie-flags", "client"],
    facts: [storedTokens, carriers],
    holds: [
      "No value that signs in is readable by a script after a reload: not in localStorage, sessionStorage or IndexedDB.",
      "The credential travels in an HttpOnly cookie; an access token that scripts need lives in memory only, and is fetched anew after a reload.",
      "With the cookie comes cross-site protection for every changing request.",
      "Users who are signed in during the change are not stranded: an old stored token is exchanged once, then removed.",
    ],
    never: ["Encrypting or renaming the stored value is no fix."],
    check: () => [
      "// in the browser's console, signed in: no entry may hold a token",
      "Object.entries({ ...localStorage, ...sessionStorage }).map(([key, value]) => [key, value.length])",
    ],
  },
  {
    audit: "device-list-leaks-credentials",
    topics: ["everywhere", "store"],
    facts: [leaks],
    holds: [
      "No answer contains a value that signs in, neither this device's nor another's.",
      "Sessions are named to the user by a handle of their own, which is good for nothing but ending that session, and only by its owner (404 to anyone else).",
      "The store keeps a hash of each credential, so that it cannot leak from there.",
    ],
    never: ["Hiding the value in the page while the API still sends it is no fix."],
    check: (seen) =>
      script(
        headersOfPrivate(seen, "set-cookie", "no credential of another session here"),
        remark("and search the body of the session list for the value of your own cookie: absent"),
      ),
  },
  {
    audit: "secret-in-url",
    topics: ["tokens", "redirect"],
    facts: [secretsInUrls],
    holds: [
      "Session ids, tokens and passwords travel in cookies, in the Authorization header or in the body of a POST, never in an address.",
      "The addresses concerned no longer accept the secret as a parameter.",
      "What was in an address is taken for known to others (histories, logs, Referer): those credentials are ended.",
    ],
    never: ["A Referrer-Policy by itself is no fix."],
    check: (seen) =>
      script(
        headersOfPrivate(seen, "location", "no token in the redirect's address"),
        remark(
          "sign in and out with the browser's network list open: no address contains a secret",
        ),
      ),
  },
];

/** The refresh request once more, with a body that was kept from before. */
function refreshAgain(expected: string): Script {
  return {
    needs: [
      "read -rs REFRESH_BODY     # paste the body of a refresh request made before",
      ': "${REFRESH_URL:?the address that refreshes}"',
    ],
    lines: [
      `curl -s -i -X POST -H "Content-Type: \${REFRESH_TYPE:-application/json}" --data-raw "$REFRESH_BODY" "$REFRESH_URL"   # ${expected}`,
    ],
  };
}
