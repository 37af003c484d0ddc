/** The subjects of the general prompts. */
import type { Topic } from "./guide.ts";
import { nothingSeen } from "./seen.ts";
import {
  askLogout,
  askPrivate,
  getLogout,
  headersOfPrivate,
  remark,
  replayed,
  script,
} from "./shell.ts";

/** What a general prompt is made of. */
export interface Subject {
  readonly id: string;
  readonly title: string;
  /** What to do, in a sentence. */
  readonly task: string;
  readonly holds: readonly string[];
  readonly never: readonly string[];
  readonly topics: readonly Topic[];
  /** Shell commands with what they have to answer. */
  readonly check: readonly string[];
  /** The audits that judge it, and what they need. */
  readonly audits: readonly string[];
  readonly options?: readonly string[];
}

export const subjects: readonly Subject[] = [
  {
    id: "logout",
    title: "A logout that ends the session",
    task: "Write the logout of this application.",
    holds: [
      "`POST /logout` ends the session in the server's store first, and with it its refresh token, its remember-me token and its marks of re-authentication; only when that is committed does it answer.",
      "When the store cannot be reached it answers 503 with Retry-After, and deletes no cookie: the retry needs it.",
      "Success deletes each cookie with the name, Path and Domain it was set with, and sends `Cache-Control: no-store`.",
      "A form gets 303 to one fixed public page, a script gets JSON.",
      "Dead, random or missing cookies get the same answer as a live one.",
      "Requests of other sites are refused (`Sec-Fetch-Site`, else `Origin`); GET changes nothing.",
      "The end is written to the audit log: which session (by a handle), why, when.",
    ],
    never: [
      "Deleting the cookie without ending the session is no logout.",
      "Do not end other devices, and do not demand a live session.",
    ],
    topics: ["store", "logout", "delete-cookie", "post-only", "redirect"],
    check: [
      ...replayed(nothingSeen),
      ...script(getLogout(nothingSeen, "405, or a page; nothing is ended")).slice(-1),
    ],
    audits: [
      "session-survives-logout",
      "cookie-not-deleted",
      "logout-by-get",
      "logout-cross-site",
      "logout-needs-live-session",
    ],
  },
  {
    id: "logout-everywhere",
    title: "Log out everywhere",
    task: "Let people see where they are signed in, and end one, the others or all of it.",
    holds: [
      "A list of sessions tells device, begin, last use and which one is this, by handles that sign nothing in; a handle of another user is 404.",
      "One session, all others, or all can be ended, each by a POST or DELETE protected like the logout; ending others asks for the password again when the last sign-in is old.",
      "Ending all costs one statement, however many there are: by the user's column, or by raising a per-user version that each session carries and each check compares.",
      "What is kept (this device) gets a new credential in the same transaction.",
      "A change of password, e-mail address, second factor or role ends the others by itself, on every way that leads to it.",
      "The ended devices learn of it: by a push where they listen, else by a 401 with a reason.",
    ],
    never: [
      "Do not search the whole store for a user's sessions (`KEYS`, `SCAN`, decoding every row).",
      "Do not send the page any other session's credential.",
    ],
    topics: ["everywhere", "remember-me", "channels"],
    check: script(
      remark("sign in on two devices; paste the credential of the second:"),
      askPrivate(nothingSeen, "as signed in"),
      remark("use the new control on the first device, then:"),
      askPrivate(nothingSeen, "as anonymous"),
    ),
    audits: [
      "logout-all-missing",
      "logout-all-incomplete",
      "password-change-keeps-sessions",
      "other-device-ended",
      "device-list-leaks-credentials",
    ],
    options: ["--logout-all", "--change-password"],
  },
  {
    id: "client-clean-up",
    title: "What the browser forgets",
    task: "Make the front end forget the user at logout.",
    holds: [
      "At the click, before any answer: the private view is hidden, requests are aborted, tokens and user data in memory are dropped, the caches of queries are emptied.",
      "localStorage, sessionStorage, IndexedDB and Cache Storage lose what belongs to the user, as declared in one list.",
      "The logout request is sent with `keepalive`. Until the server confirms, the page says that the session is not ended yet; a failure is shown and retried, never hidden.",
      "Other tabs follow within a second (BroadcastChannel, with the `storage` event as fallback), and ask the server when they wake up.",
      "Back shows nothing private: `Cache-Control: no-store`, and a `pageshow` listener that hides a restored page until the server has answered.",
      "The page is left by a full navigation.",
    ],
    never: [
      "Do not clear what belongs to the device: language, theme, consent.",
      "No message from another tab may sign anything in.",
    ],
    topics: ["client", "caching"],
    check: [
      "// in the browser's console, after the logout: nothing of the user in any of these",
      "console.log({ ...localStorage }, { ...sessionStorage })",
      "console.log(await indexedDB.databases(), await caches.keys())",
    ],
    audits: [
      "client-data-left",
      "back-button-shows-page",
      "other-tab-stays",
      "tab-reinstalls-credentials",
      "service-worker-serves-private",
    ],
  },
  {
    id: "jwt",
    title: "Logging out with JWTs",
    task: "Make signed tokens end with their session.",
    holds: [
      "Each access token carries the session's id (`sid`), a `jti`, and a version of the user, and lives 15 minutes at most.",
      "Every private address verifies the signature with a fixed algorithm, then asks whether that session is live and the version current; when that cannot be told, it refuses.",
      "Refresh tokens are random, stored as hashes, one family a session. Each use gives a successor by one conditional update; a retry gets the same successor; an older one is reuse, and ends the family and the session.",
      "The logout revokes the family and the session: the refresh token is then 400 `invalid_grant`, the access token 401.",
      "In browsers the refresh token lives in an HttpOnly cookie, the access token in memory.",
    ],
    never: [
      "Waiting for the expiry is no logout.",
      "Never name a denied token by its prefix or by a hash of its text: the same token can be written in several ways.",
      "Never use a claim before the signature is verified.",
    ],
    topics: ["tokens", "races"],
    check: replayed({ ...nothingSeen, header: "Authorization" }),
    audits: [
      "token-survives-logout",
      "refresh-survives-logout",
      "refresh-reuse-accepted",
      "refresh-family-forks",
      "token-in-web-storage",
    ],
  },
  {
    id: "cookies",
    title: "Session cookies, set and deleted",
    task: "Put every cookie that signs in under one definition, for setting and for deleting.",
    holds: [
      "HttpOnly, SameSite=Lax or Strict, Secure on https, Path=/, no Domain; the name begins with `__Host-` on https.",
      "The deletion repeats name, Path and Domain, Secure and Partitioned where they were set, with an empty value, `Max-Age=0` and a past `Expires`.",
      "Domains and Paths that were used before are deleted too, by one header each; a request that carries the name twice is healed.",
      "The value changes at each sign-in.",
      "Behind a proxy the scheme is taken from its header only when the request came from it.",
    ],
    never: ["No Domain for the sake of it, and no lifetime above 400 days."],
    topics: ["cookie-flags", "delete-cookie", "new-id"],
    check: script(
      askLogout(
        nothingSeen,
        "a Set-Cookie per cookie, deleting it with the original's Path and Domain",
      ),
      headersOfPrivate(nothingSeen, "set-cookie", "each name once"),
    ),
    audits: ["cookie-flags", "cookie-not-deleted", "cookie-twins", "session-fixation"],
  },
  {
    id: "check",
    title: "Check that the logout works",
    task: "Write tests that show whether the logout ends the session; change no other code.",
    holds: [
      "A test signs in, keeps a copy of the credentials, logs out, and asks a private address with the copy: it has to answer as to a stranger. It asks before the logout too, so that the refusal proves something.",
      "The same for each kind of credential: session cookie, access token, refresh token, remember-me cookie alone.",
      "With two devices: logging out on one leaves the other signed in; log out everywhere ends both.",
      "A request in flight during the logout does not bring the session back; thirty parallel requests after it are all refused.",
      "With the store broken, the logout does not say that it succeeded.",
      "In a browser: Back, another tab, and the storage hold nothing private afterwards.",
    ],
    never: [
      "Do not test that a cookie was deleted and call that a logout.",
      "Do not make a test pass by changing what it asks.",
    ],
    topics: [],
    check: replayed(nothingSeen),
    audits: [],
    options: ["--logout-all"],
  },
];
