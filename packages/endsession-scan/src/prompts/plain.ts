import type { Guide } from "./guide.ts";

/** Where no framework was recognised: what holds for any server. */
export const plain: Guide = {
  framework: "plain",
  name: "web",
  advice: {
    store: [
      "First find out what the credential is: an id that the server looks up, or signed data that the server only verifies. Signed data cannot be ended: keep a random id (256 bits) in a store and look it up on each request, or keep a store of ended ids that each request reads.",
      "The store has to be shared by all instances and processes. PHP's `session_start()` keeps files on one server unless `session.save_handler` says otherwise.",
    ],
    logout: [
      "End the record, wait for the store's answer, then answer the request: success only when it is dead, 503 when that cannot be said.",
      "PHP: `$_SESSION = []; session_destroy();` and delete the cookie yourself; `unset($_SESSION['user'])` keeps the session, and `session_destroy()` does not touch the cookie.",
    ],
    "delete-cookie": [
      "A browser finds the cookie to delete by name, Domain (or its absence) and Path. Build the Set-Cookie for setting and for deleting from one definition; delete with an empty value, `Max-Age=0` and an `Expires` in the past.",
    ],
    "cookie-flags": [
      "`Set-Cookie: __Host-sid=…; Path=/; Secure; HttpOnly; SameSite=Lax` on https. Take the scheme from the proxy's header only when the request came from that proxy.",
    ],
    "post-only": [
      "Route POST to the logout, answer GET with 405 or with a page that holds the button. Check `Sec-Fetch-Site` (`same-origin` or `none`), or, where it is missing, that `Origin` is exactly this application's.",
    ],
    "new-id": [
      "Give out a new id at each sign-in, and end the one that the browser brought (PHP: `session_regenerate_id(true)`, with `session.use_strict_mode=1`).",
    ],
    "remember-me": [
      "Keep a random token per device, its hash in a table, used once and replaced at each use. The logout deletes this device's row and cookie.",
    ],
    everywhere: [
      "Store the user with each session and end them by one statement; or keep a version on the user that each session carries and each check compares: raising it ends all, whatever their number.",
    ],
    tokens: [
      "A signature only says that a token was issued. Put a session id into it, and look that up after verifying; do it at every entrance, not only at some.",
    ],
    caching: [
      "`Cache-Control: no-store` on every answer to a signed-in request: pages, APIs, files, errors. Set it in one place, before the handlers.",
    ],
    races: [
      "Never write a session back as a whole at the end of a request. Update it under the condition that it is live, and treat zero changed rows as: it has ended.",
    ],
    channels: [
      "Keep open connections by session id, close them when the session ends, and check the session again at intervals; with several instances, tell all of them.",
    ],
    redirect: [
      "Go to one fixed page after the logout, or choose from an exact list. Comparing beginnings of strings lets `//evil` and `https://good.evil` through.",
    ],
    cors: [
      "Compare `Origin` with a list of exact origins before answering `Access-Control-Allow-Credentials: true`; never echo it, never allow `null`; send `Vary: Origin`.",
    ],
    errors: [
      "One handler at the outside that logs the error and answers a fixed text with the right status. Switch the debug mode off (PHP: `display_errors=0`).",
    ],
    client: [
      "At the click: blank the private view, drop data and tokens in memory, cancel requests, remove the keys that belong to the user, then navigate with a full page load.",
    ],
  },
  test: null,
};
