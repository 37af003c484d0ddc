/** The session itself is not ended, or not everywhere, or not at once. */
import {
  carriers,
  channels,
  cookies,
  fixation,
  idle,
  logout,
  privateAddresses,
  singleSignOn,
  slow,
} from "../facts.ts";
import type { Remedy } from "../remedy.ts";
import {
  acceptance,
  askLogout,
  askPrivate,
  askPrivateAtOnce,
  refusal,
  remark,
  replayed,
  script,
} from "../shell.ts";

export const ending: readonly Remedy[] = [
  {
    audit: "session-survives-logout",
    topics: ["store", "logout", "delete-cookie"],
    facts: [carriers, cookies, logout, privateAddresses],
    holds: [
      "The logout ends the session in the server's store, and only then answers.",
      "From that answer on, every request with the old credentials is treated as anonymous, on every address and every instance.",
      "When the store cannot be reached the logout says so (503 with Retry-After) and deletes no cookie.",
      "A logout without a live session still succeeds.",
    ],
    never: [
      "Deleting the cookie in the browser, or leaving for another page, is no fix.",
      "Do not end the user's sessions on other devices.",
      "Do not check at some addresses only: put the check where every private request passes.",
    ],
    check: replayed,
    test: "replay",
  },
  {
    audit: "token-survives-logout",
    topics: ["tokens", "logout", "store"],
    facts: [carriers, logout, privateAddresses],
    holds: [
      "The logout ends the session that the token belongs to, and every private address refuses the token from then on, before its expiry, with 401.",
      "Each token names its session (`sid` or `jti`); the check verifies the signature first and looks the session up after it.",
      "The refresh token of the same session dies with it.",
      "When the session store cannot be reached the check refuses (fails closed).",
    ],
    never: [
      "Forgetting the token in the browser is no fix; nor is a shorter lifetime by itself.",
      "Never key a list of ended tokens by a prefix of the token, and never read claims before the signature is verified.",
    ],
    check: replayed,
    test: "replay",
  },
  {
    audit: "revocation-delayed",
    topics: ["store", "tokens", "races"],
    facts: [carriers, logout],
    holds: [
      "The first request after the logout's answer is refused: no cache of positive answers outlives the end.",
      "Each cache of sessions (process memory, signed cookie cache, gateway, CDN) is either emptied by the logout before it answers, or asked to check the store.",
    ],
    never: [
      "Do not make the logout's answer wait for a fixed time.",
      "Do not only shorten the cache's lifetime, unless the remaining window is written down and accepted.",
    ],
    check: replayed,
    test: "replay",
  },
  {
    audit: "instances-disagree",
    topics: ["store", "races"],
    facts: [carriers, privateAddresses],
    holds: [
      "All instances behind the address read one session store, or are told of the end before the logout answers.",
      "Thirty parallel requests on connections of their own, sent right after the logout, are all refused.",
    ],
    never: ["Sticky routing is no fix: it hides the other instances from one client only."],
    check: (seen) =>
      script(
        askPrivate(seen, `before: ${acceptance(seen)}`),
        askLogout(seen, "2xx or a redirect"),
        askPrivateAtOnce(seen, `all of them ${refusal(seen)}`),
      ),
  },
  {
    audit: "slow-request-resurrects",
    topics: ["races", "store"],
    facts: [slow, carriers, logout],
    holds: [
      "A request that began before the logout and ends after it neither re-creates the session's record nor gives the browser a credential that works.",
      "Each write to a session is an update under the condition that it is live; zero rows mean that it has ended, and the answer then sets no session cookie.",
    ],
    never: [
      "Do not make the logout wait for all requests in flight.",
      "Do not create a missing record while saving (no upsert on the session's id).",
    ],
    check: (seen) =>
      script(
        remark("start a slow private request (an export, an upload), and while it runs:"),
        askLogout(seen, "2xx or a redirect"),
        remark("wait until the slow request has ended, then:"),
        askPrivate(seen, refusal(seen)),
      ),
  },
  {
    audit: "open-channel-survives",
    topics: ["channels", "logout"],
    facts: [channels, carriers],
    holds: [
      "The server closes every WebSocket and event stream of the session within two seconds after the logout's answer (WebSocket close code 1008 or one of its own above 4000), and sends nothing private after it.",
      "A new connection with the old credentials is refused at the handshake.",
      "This holds on all instances, also those that did not handle the logout.",
    ],
    never: [
      "Closing the channel in the page is no fix: a copy of the credential opens its own.",
      "Do not close the channels of the user's other sessions.",
    ],
    check: (seen) =>
      script(
        remark("open the channel with the credential of a signed-in browser and watch it, then:"),
        askLogout(seen, "2xx or a redirect; the channel is closed by the server within 2 s"),
      ),
  },
  {
    audit: "session-fixation",
    topics: ["new-id", "store"],
    facts: [fixation, cookies],
    holds: [
      "A successful sign-in gives out a new credential, generated on the server; the one from before it is ended and refused.",
      "The same happens at each rise of privilege (second factor, change of role).",
      "An id that the server did not give out is never taken up.",
    ],
    never: ["Do not lose what the anonymous session rightly carries over (cart, language)."],
    check: (seen) =>
      script(
        remark("note the session cookie before the sign-in, sign in, and paste the noted one:"),
        askPrivate(seen, refusal(seen)),
      ),
  },
  {
    audit: "idle-timeout-missing",
    topics: ["store"],
    facts: [idle, carriers],
    holds: [
      "The server refuses a session that was not used for the announced time, whatever the cookie says.",
      "Only what the user does counts as use: polling, token refresh and push do not.",
      "There is an absolute lifetime besides, which no use extends.",
    ],
    never: ["A timer in the page, or the cookie's Max-Age, is no fix."],
    check: (seen) =>
      script(
        askPrivate(seen, `now: ${acceptance(seen)}`),
        remark("wait a little longer than the announced idle time, without any request, then:"),
        askPrivate(seen, refusal(seen)),
      ),
    options: ["--patient"],
  },
  {
    audit: "sso-signs-back-in",
    topics: ["logout"],
    facts: [singleSignOn, logout],
    holds: [
      "After the logout, opening the application shows it signed out, and signing in asks for something: a credential or a choice of account.",
      "The logout either ends the session at the identity provider too (OpenID Connect RP-initiated logout with `id_token_hint`), or the next sign-in asks for it (`prompt=login` or `prompt=select_account`).",
    ],
    never: [
      "Do not redirect to the provider automatically from the page after the logout.",
      "Do not make the local logout depend on the provider's answer.",
    ],
    check: (seen) =>
      script(
        askLogout(seen, "2xx or a redirect"),
        remark(
          "in the browser: open the application again, press its sign-in: something has to be asked",
        ),
      ),
  },
];
