import type { Guide } from "./guide.ts";

/** Django 4.2 to 6 with django.contrib.auth and django.contrib.sessions. */
export const django: Guide = {
  framework: "django",
  name: "Django",
  advice: {
    store: [
      "`SESSION_ENGINE` says where sessions live. `db`, `cached_db`, `cache` and `file` keep a record that can be deleted; `signed_cookies` keeps none, so a copy of the cookie stays valid after logout: change the engine.",
      "With `cache`, the cache has to be shared by all processes: LocMemCache is one per process, and an evicting cache loses sessions.",
    ],
    logout: [
      "`django.contrib.auth.logout(request)` flushes the session: it deletes the record and gives the request a new, empty one. Deleting keys from `request.session`, or only the cookie, leaves the record alive.",
      "`LogoutView` does it, sends `never_cache`, and ends only the session, not tokens of Django REST framework, Simple JWT or OAuth toolkits: connect their revocation to the `user_logged_out` signal, or write the view yourself.",
    ],
    "delete-cookie": [
      "SessionMiddleware deletes the session cookie by itself when the session was flushed, with `SESSION_COOKIE_PATH` and `SESSION_COOKIE_DOMAIN` as they are now: after a change of domain the old cookie stays. Any other cookie needs `response.delete_cookie(key, path, domain, samesite)`.",
    ],
    "cookie-flags": [
      "`SESSION_COOKIE_SECURE = True` (off by default), `SESSION_COOKIE_HTTPONLY = True` and `SESSION_COOKIE_SAMESITE = 'Lax'` (both the default). Behind a proxy that ends TLS set `SECURE_PROXY_SSL_HEADER`, and only if that proxy always overwrites the header.",
    ],
    "post-only": [
      "`LogoutView` takes POST only since Django 5.0 (GET was deprecated in 4.1): put a form with `{% csrf_token %}` and a button into the page, and decorate views of your own with `require_POST`.",
      "A CSRF failure must not be the end of it: the token is rotated at sign-in, so a page loaded before carries an old one. Reload, do not exempt the view with `csrf_exempt` and leave it bare.",
    ],
    "new-id": [
      "`login()` calls `cycle_key()`, and `flush()` when another user was signed in. A hand-made sign-in that writes `request.session['user_id']` does not: call `login()`, or `request.session.cycle_key()`.",
    ],
    "remember-me": [
      "Django has no remember-me token, only `request.session.set_expiry()`. A package or code of this project that signs a lasting cookie (`set_signed_cookie`) cannot end it: store a hash of the token, and delete it in the logout.",
    ],
    everywhere: [
      "A change of password ends the other sessions by itself, since the session carries `get_session_auth_hash()`; `update_session_auth_hash(request, user)` keeps this one. It does nothing for sessions that are not checked by `django.contrib.auth`.",
      "To end all sessions without a new password, mix a per-user number into `get_session_auth_hash()` and raise it. `django_session` has no user column: do not decode every row of it on a request.",
    ],
    tokens: [
      "Simple JWT's access tokens cannot be blacklisted, only refresh tokens (`rest_framework_simplejwt.token_blacklist`, `RefreshToken(...).blacklist()`). Keep access tokens short, and compare a session id or a per-user version in the authentication class. `TokenAuthentication` has one token for all devices: delete it, or use one per session.",
    ],
    caching: [
      "Decorate private views with `never_cache` (it sends `no-store, private` too), or set the header in a middleware for every answer to an authenticated request. Never `cache_page` on them.",
    ],
    races: [
      "The database engines save with `must_create=False` and answer 400 (`SessionInterrupted`) when a request in flight finds its session deleted: keep that. Code that calls `request.session.create()` or `save(must_create=True)`, and engines of third parties, may bring it back.",
      "`SESSION_SAVE_EVERY_REQUEST = True` makes every request a writer.",
    ],
    channels: [
      "Channels reads the session at the handshake. Add each consumer to a group named after the session's hash, and send it `close` in a `user_logged_out` receiver.",
    ],
    redirect: [
      "`LogoutView` checks `next` with `url_has_allowed_host_and_scheme`; do the same in views of your own, with `allowed_hosts={request.get_host()}`, or use a fixed `LOGOUT_REDIRECT_URL`.",
    ],
    cors: [
      "django-cors-headers: with `CORS_ALLOW_CREDENTIALS = True`, list `CORS_ALLOWED_ORIGINS`; neither `CORS_ALLOW_ALL_ORIGINS` nor an unanchored pattern in `CORS_ALLOWED_ORIGIN_REGEXES`.",
    ],
    errors: [
      "`DEBUG = False` in production, `ALLOWED_HOSTS` set, and templates `404.html`, `500.html` without details.",
    ],
    client: [
      "What the pages stored is the front end's to clear; the view can help only by `Clear-Site-Data` on the logout's answer.",
    ],
  },
  test: {
    tool: "django.test",
    language: "python",
    code: (paths, kind) => `from django.contrib.auth import get_user_model
from django.test import Client, TestCase


class LogoutTest(TestCase):
    def test_${kind === "replay" ? "credentials_from_before_the_logout_are_refused_after_it" : "a_get_of_the_logout_address_ends_nothing"}(self):
        user = get_user_model().objects.create(**{get_user_model().USERNAME_FIELD: "ada"})
        browser, thief = Client(), Client()
        browser.force_login(user)
        thief.cookies = browser.cookies.copy()
        self.assertEqual(thief.get(${JSON.stringify(paths.private)}).status_code, ${paths.signedIn})

        browser.${kind === "replay" ? paths.logoutMethod.toLowerCase() : "get"}(${JSON.stringify(paths.logout)})

        self.assertEqual(thief.get(${JSON.stringify(paths.private)}).status_code, ${kind === "replay" ? paths.anonymous : paths.signedIn})`,
  },
};
