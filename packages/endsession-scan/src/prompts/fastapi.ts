import type { Guide } from "./guide.ts";

/** FastAPI and Starlette: SessionMiddleware, OAuth2 password flow with JWTs, stores of one's own. */
export const fastapi: Guide = {
  framework: "fastapi",
  name: "FastAPI",
  advice: {
    store: [
      "Starlette's `SessionMiddleware` signs the whole session into the cookie and keeps nothing on the server: `request.session.clear()` only asks the browser to forget it, a copy stays valid until `max_age`. Keep a random session id in a store (Redis, a table) and put nothing but the id into the cookie.",
      "Look the id up in one dependency (`Depends(current_session)`), and hang it on the router (`APIRouter(dependencies=[…])`), so that no route is forgotten.",
    ],
    logout: [
      "`@router.post(…)`: delete the stored record, let the store's error become a 503, then answer. The route must not depend on `current_session`, or a dead session gets 401 instead of a logout.",
      "FastAPI's `OAuth2PasswordBearer` has no logout: ending a token is this application's own work.",
    ],
    "delete-cookie": [
      "`response.delete_cookie(key, path=…, domain=…, secure=…, httponly=…, samesite=…)` with the values of `set_cookie`; keep them in one dictionary.",
      "Delete on the response that is returned. Cookies set on the injected `response: Response` parameter are lost when the function returns another Response, such as a RedirectResponse or JSONResponse.",
    ],
    "cookie-flags": [
      '`set_cookie(..., httponly=True, secure=True, samesite="lax", path="/")`: `httponly` and `secure` are off by default. For `SessionMiddleware` pass `https_only=True`.',
      "Run uvicorn with `--proxy-headers` and `--forwarded-allow-ips` set to the proxy's address, not to `*`.",
    ],
    "post-only": [
      "`@app.post`, not `@app.api_route` with GET among its methods.",
      "FastAPI has no CSRF protection: with cookies, refuse the logout unless `Sec-Fetch-Site` is `same-origin` or `none`, or, where it is missing, unless `Origin` is exactly this application's.",
    ],
    "new-id": [
      "Generate the id with `secrets.token_urlsafe(32)` at each sign-in, and delete the record of the one that the browser brought.",
    ],
    "remember-me": [
      "A lasting cookie with a signed user id cannot be ended: store a hash of a random token per device, and delete it in the logout.",
    ],
    everywhere: [
      "Store `user_id` with each session and delete by it in one statement, or keep a version on the user that each session and token carries and the dependency compares.",
    ],
    tokens: [
      "`jwt.decode` checks signature and expiry only. Put a session id (`sid`) or `jti` into the token, and look it up in the same dependency; pin `algorithms=[…]`.",
      "Revoke refresh tokens in a table by one conditional update (`… WHERE revoked_at IS NULL`), and hand out a successor only when it changed a row.",
    ],
    caching: [
      'Set `response.headers["Cache-Control"] = "no-store"` in the dependency that authenticates, or in a middleware for all private paths.',
    ],
    races: [
      "`SessionMiddleware` sends Set-Cookie with the old session on every answer while it is not empty, so a request in flight during the logout gives the cookie back. A stored record that is never re-created by a touch ends that.",
    ],
    channels: [
      "A WebSocket or a StreamingResponse is checked at its beginning only. Keep the open ones by session id, and close them in the logout (`await websocket.close(code=1008)`); with several workers, tell them through Redis or the database.",
    ],
    redirect: [
      "`RedirectResponse(next)` goes wherever the value says. Choose from a fixed list of paths; status 303 after a POST.",
    ],
    cors: [
      'CORSMiddleware with `allow_credentials=True`: give exact `allow_origins`. With `["*"]` Starlette answers credentialed requests with the origin that asked, and an unanchored `allow_origin_regex` lets strangers in.',
    ],
    errors: [
      "`FastAPI(debug=False)` in production; an exception handler for `Exception` that logs and answers a fixed text. Validation errors (422) repeat the input: keep passwords out of them.",
    ],
    client: [
      "What the pages stored is the front end's to clear; the server can help only by `Clear-Site-Data` on the logout's answer.",
    ],
  },
  test: {
    tool: "pytest with fastapi.testclient",
    language: "python",
    code: (paths, kind) => `from fastapi.testclient import TestClient

from app.main import app
from tests.sign_in import sign_in  # the suite's own helper: returns the Cookie header


def test_${kind === "replay" ? "credentials_from_before_the_logout_are_refused_after_it" : "a_get_of_the_logout_address_ends_nothing"}():
    client = TestClient(app, base_url=${JSON.stringify(paths.origin)}, follow_redirects=False)
    headers = {"Cookie": sign_in(client)}
    client.cookies.clear()
    assert client.get(${JSON.stringify(paths.private)}, headers=headers).status_code == ${paths.signedIn}

${
  kind === "replay"
    ? `    client.request(${JSON.stringify(paths.logoutMethod)}, ${JSON.stringify(paths.logout)}, headers=headers | {"Origin": ${JSON.stringify(paths.origin)}})`
    : `    client.get(${JSON.stringify(paths.logout)}, headers=headers)`
}

    client.cookies.clear()
    assert client.get(${JSON.stringify(paths.private)}, headers=headers).status_code == ${kind === "replay" ? paths.anonymous : paths.signedIn}`,
  },
};
