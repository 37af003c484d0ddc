/** What stays in the browser. */
import {
  back,
  cookies,
  leftovers,
  logout,
  privateAddresses,
  reinstalled,
  worker,
} from "../facts.ts";
import type { Remedy } from "../remedy.ts";
import { headersOfPrivate, remark, script } from "../shell.ts";

export const browser: readonly Remedy[] = [
  {
    audit: "back-button-shows-page",
    topics: ["caching", "client"],
    facts: [back, privateAddresses],
    holds: [
      "After the logout, Back shows nothing private, however the page comes back.",
      "Private answers carry `Cache-Control: no-store`.",
      "Each private page listens to `pageshow`: with `event.persisted` it hides its content at once, asks the server, and shows it again only when the session is live. `no-store` alone does not keep a page out of the back/forward cache of every browser.",
      "The logout leaves by a full navigation (`location.replace`), so that no client-side router keeps the view.",
    ],
    never: [
      "Do not disable the Back button or rewrite the history.",
      "An `unload` handler to evict the page is no fix: browsers are removing it.",
    ],
    check: (seen) =>
      script(
        headersOfPrivate(seen, "cache-control", "no-store"),
        remark("in the browser: open a private page, log out, press Back: nothing private"),
      ),
  },
  {
    audit: "private-page-cacheable",
    topics: ["caching"],
    facts: [privateAddresses],
    holds: [
      "Every answer to a signed-in request (pages, APIs, downloads, errors) and every answer with Set-Cookie carries `Cache-Control: no-store`.",
      "It is set in one place that all private answers pass, not address by address.",
    ],
    never: [
      "Do not add it to public, static files: they stay cacheable.",
      "`no-cache`, `max-age=0` and `private` still let a browser keep the page.",
    ],
    check: (seen) => script(headersOfPrivate(seen, "cache-control", "no-store")),
  },
  {
    audit: "client-data-left",
    topics: ["client"],
    facts: [leftovers, logout],
    holds: [
      "After the logout localStorage, sessionStorage, IndexedDB and Cache Storage hold nothing of the user: no name, no address, no token, no cached answer.",
      "The clean-up happens at the click, whether or not the server can be reached; the logout request is sent besides, and its failure is shown and retried.",
      "What belongs to the user is declared in one place, so that new keys are not forgotten; caches of queries are emptied after their requests were cancelled.",
    ],
    never: [
      "Do not clear what belongs to the device and not to the user (language, theme, consent).",
      "Do not rely on Clear-Site-Data alone.",
    ],
    check: () => [
      "// in the browser's console, after the logout: nothing of the user in any of these",
      "console.log({ ...localStorage }, { ...sessionStorage })",
      "console.log(await indexedDB.databases(), await caches.keys())",
    ],
  },
  {
    audit: "service-worker-serves-private",
    topics: ["client", "caching"],
    facts: [worker, privateAddresses],
    holds: [
      "Without a network, a private address shows nothing private after the logout.",
      "The worker does not store answers to signed-in requests, or keeps them in caches of their own which the logout deletes (`caches.delete`) before it leaves the page.",
      "Requests in flight at the logout put nothing back into those caches.",
    ],
    never: [
      "Do not unregister the worker where the application needs it offline: delete the private caches.",
    ],
    check: (seen) =>
      script(
        headersOfPrivate(seen, "cache-control", "no-store"),
        remark("in the browser: log out, switch the network off, open the private address"),
      ),
  },
  {
    audit: "other-tab-stays",
    topics: ["client"],
    facts: [logout],
    holds: [
      "All open tabs of the application hide what is private within a second after the logout in one of them: told by BroadcastChannel, with a `storage` event as the fallback.",
      "A tab that was asleep asks the server when it becomes visible again (`visibilitychange`, `pageshow`) before it shows anything private.",
      "A 401 in any request of a tab leads to the signed-out view.",
    ],
    never: [
      "A message may only end what a tab shows, never sign anything in.",
      "Do not poll the server by the second.",
    ],
    check: () =>
      script(
        remark("in the browser: two tabs on a private page, log out in one"),
        remark("the other shows the signed-out view by itself within a second"),
      ),
  },
  {
    audit: "tab-reinstalls-credentials",
    topics: ["client", "races"],
    facts: [reinstalled, cookies],
    holds: [
      "Nothing in another tab (a renewal timer, a late answer, a copy of a token in memory) brings a working credential back after the logout.",
      "On hearing of the logout a tab stops its timers, aborts its requests and drops its tokens; before writing a token it checks that it belongs to the session that is current now.",
      "The server renews no session that has ended: a renewal is an update under the condition that it is live.",
    ],
    never: ["Do not fix it in the tabs only: the server has to refuse the renewal."],
    check: () =>
      script(
        remark("in the browser: two tabs, log out in one, wait for the other's renewal"),
        remark("then reload the first: it has to be signed out"),
      ),
  },
];
