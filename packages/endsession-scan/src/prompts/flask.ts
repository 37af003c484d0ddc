import type { Guide } from "./guide.ts";

/** Flask 2 and 3 with its own sessions, Flask-Session and Flask-Login. */
export const flask: Guide = {
  framework: "flask",
  name: "Flask",
  advice: {
    store: [
      "Flask's own `session` is a signed cookie: it holds all data, the server keeps nothing, and a logout can only ask the browser to forget it. A copy stays valid until `PERMANENT_SESSION_LIFETIME`. Move to Flask-Session (Redis, SQLAlchemy, cachelib), or put a random session id into the cookie and look it up in a store on each request.",
      "Changing `SECRET_KEY` ends everyone's sessions: it is no logout.",
    ],
    logout: [
      "With Flask-Session 0.7 or later `session.clear()` deletes the record, since an empty, changed session is removed from the store; setting keys to None does not.",
      "Flask-Login: call `session.clear()` first and `logout_user()` after it. `logout_user()` notes in the session that the remember cookie has to be deleted, and a `session.clear()` after it throws that note away.",
      "The view must not be `login_required`, or a dead session gets a redirect to the sign-in with `next` set to the logout.",
    ],
    "delete-cookie": [
      "Flask deletes its session cookie when the session is empty and changed, with `SESSION_COOKIE_PATH` and `SESSION_COOKIE_DOMAIN` as they are now. Any other cookie needs `response.delete_cookie(key, path=…, domain=…, secure=…, httponly=…, samesite=…)` with the values of `set_cookie`.",
    ],
    "cookie-flags": [
      "`SESSION_COOKIE_SECURE = True`, `SESSION_COOKIE_SAMESITE = 'Lax'` (both unset by default), `SESSION_COOKIE_HTTPONLY = True` (the default). Flask-Login has its own: `REMEMBER_COOKIE_SECURE`, `REMEMBER_COOKIE_HTTPONLY`, `REMEMBER_COOKIE_SAMESITE`, `REMEMBER_COOKIE_DURATION` (365 days).",
      "Behind a proxy that ends TLS use werkzeug's `ProxyFix` with the exact number of proxies.",
    ],
    "post-only": [
      "`@app.post(…)`, not `methods=['GET', 'POST']`.",
      "Flask has no CSRF protection of its own: use Flask-WTF's `CSRFProtect`, or refuse the logout unless `Sec-Fetch-Site` is `same-origin` or `none`, or, where it is missing, unless `Origin` is exactly this application's.",
    ],
    "new-id": [
      "Flask-Session: `app.session_interface.regenerate(session)` after the password was verified (0.7 or later). Without it the id from before the sign-in stays.",
    ],
    "remember-me": [
      "Flask-Login's `remember_token` is the user id with a signature: nothing is stored, so the server cannot end it, and deleting the cookie leaves copies valid. Return a random, stored value from `get_id()` instead of the primary key and change it, or replace the cookie by a token whose hash is in a table per device.",
      "`session_protection` compares addresses and browsers; it ends nothing at logout.",
    ],
    everywhere: [
      "Return a per-user alternative id from `get_id()` and load users by it: giving the user a new one ends all sessions and remember cookies at once. To keep this device, sign it in again with the new id in the same request.",
    ],
    tokens: [
      "Flask-JWT-Extended accepts a token until it expires unless `@jwt.token_in_blocklist_loader` is there: look `jti` (or the session id) up in it, revoke access and refresh token together, and keep each entry until the token's own expiry.",
    ],
    caching: [
      "Set `response.cache_control.no_store = True` in an `after_request` for every answer to a signed-in request.",
    ],
    races: [
      "Flask sends the session cookie again with every answer of a permanent session (`SESSION_REFRESH_EACH_REQUEST`, on by default), also with one that comes after the logout; Flask-Session writes its record back likewise. Switch it off, and let the store refuse to write an id that was deleted.",
    ],
    channels: [
      "Flask-SocketIO checks at `connect` only, and its handlers see a copy of the session. Put each socket into a room named after the session, and disconnect the room in the logout.",
    ],
    redirect: [
      "`redirect(request.args['next'])` goes wherever the value says. Choose from a fixed list, or `url_for` of an endpoint.",
    ],
    cors: [
      "Flask-CORS with `supports_credentials=True` and its default `origins='*'` answers with the origin that asked. Give exact origins.",
    ],
    errors: [
      "Never run with `debug=True` or the Werkzeug debugger in production; register `errorhandler(Exception)` that logs and answers a fixed text.",
    ],
    client: [
      "What the pages stored is the front end's to clear; the view can help only by `Clear-Site-Data` on the logout's answer.",
    ],
  },
  test: {
    tool: "pytest with Flask's test client",
    language: "python",
    code: (paths, kind) => `from app import app
from tests.sign_in import sign_in  # the suite's own helper: returns the Cookie header


def test_${kind === "replay" ? "credentials_from_before_the_logout_are_refused_after_it" : "a_get_of_the_logout_address_ends_nothing"}():
    headers = {"Cookie": sign_in(app.test_client())}

    def fresh():
        return app.test_client(use_cookies=False)

    assert fresh().get(${JSON.stringify(paths.private)}, headers=headers).status_code == ${paths.signedIn}
${
  kind === "replay"
    ? `    fresh().open(${JSON.stringify(paths.logout)}, method=${JSON.stringify(paths.logoutMethod)}, headers=headers | {"Origin": ${JSON.stringify(paths.origin)}})`
    : `    fresh().get(${JSON.stringify(paths.logout)}, headers=headers)`
}
    assert fresh().get(${JSON.stringify(paths.private)}, headers=headers).status_code == ${kind === "replay" ? paths.anonymous : paths.signedIn}`,
  },
};
