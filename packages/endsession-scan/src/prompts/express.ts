import type { Guide } from "./guide.ts";

/** Express 4 and 5 with express-session, cookie-session and Passport. */
export const express: Guide = {
  framework: "express",
  name: "Express",
  advice: {
    store: [
      "express-session keeps sessions in its store under the id in the cookie. Its default MemoryStore is per process and loses all at a restart: use a shared store (connect-redis, connect-pg-simple) in production.",
      "cookie-session has no store: the cookie is the session, and a copy of it stays valid after logout. Replace it by express-session, or keep a store of ended session ids that every request reads.",
    ],
    logout: [
      "Call `req.session.destroy(callback)`; answer in the callback, with 503 when it got an error. Setting `req.session.user = null` leaves the record and the id alive.",
      "Passport: since 0.6 `req.logout(callback)` is asynchronous and only gives the browser a new, empty session; call `req.session.destroy` in its callback.",
    ],
    "delete-cookie": [
      "`req.session.destroy` sends no Set-Cookie at all. Call `res.clearCookie(name, options)` with the path, domain, secure, httpOnly, sameSite and partitioned that the session middleware was given; keep them in one constant.",
    ],
    "cookie-flags": [
      'In `session({ name, cookie: { httpOnly: true, secure: "auto", sameSite: "lax", path: "/" } })`: httpOnly and path have these defaults, secure and sameSite do not.',
      "Behind a proxy that ends TLS, set `app.set('trust proxy', …)` to that proxy's addresses, or a secure cookie is never set; `true` would believe anyone's X-Forwarded-Proto.",
    ],
    "post-only": [
      "Use `app.post`. An `app.all` or `app.use` handler, or `app.get` beside it, answers GET and HEAD too.",
      "Express has no CSRF protection of its own, and csurf is no longer maintained: refuse the logout unless `Sec-Fetch-Site` is `same-origin` or `none`, or, where it is missing, unless `Origin` is exactly this application's.",
    ],
    "new-id": [
      "Call `req.session.regenerate` after the password was verified, put the user into the new session, then `req.session.save` before redirecting. Passport does it since 0.6.",
    ],
    "remember-me": [
      "passport-remember-me and hand-made tokens live in a table and a cookie of their own: `req.logout` and `destroy` touch neither. Delete both in the logout.",
    ],
    everywhere: [
      "Stores find sessions by id, not by user: keep the user's session ids in a set beside it, or store a version on the session at sign-in and compare it with the user's on each request; raise it to end all.",
      "Do not walk the store with KEYS or SCAN or `store.all()` on a request.",
    ],
    tokens: [
      "A middleware that only calls `jwt.verify` accepts a token after logout. Put a session id into the token and look it up after verifying; `jwt.decode` verifies nothing.",
    ],
    caching: [
      'Express sets no Cache-Control: `res.set("Cache-Control", "no-store")` in the middleware that demands a session, before it calls `next()`.',
    ],
    races: [
      "express-session writes the session back at the end of each request. With `resave: true` (its default when left out) any request in flight re-creates a destroyed session; with `resave: false` one that changes the session still does. Set `resave: false`, `saveUninitialized: false`, and let the store refuse to write an id that was destroyed (an update that must find its row, or a tombstone until the longest request is over).",
      "`rolling: true` sends Set-Cookie on every answer, also on one that comes after the logout.",
    ],
    channels: [
      "ws and Socket.IO read the cookie once, at the handshake. Keep the sockets of a session in a map by session id, and close them in the logout.",
    ],
    redirect: [
      "`res.redirect(req.query.next)` goes wherever the value says, also for `//host` and `/\\host`. Choose from a fixed list of paths.",
    ],
    cors: [
      "cors: `origin: true` reflects any origin, and a callback that tests with `includes`, `startsWith` or an unanchored pattern lets strangers in. With `credentials: true`, give an array of exact origins.",
    ],
    errors: [
      "Express's default error handler shows the stack unless `NODE_ENV` is `production`. Set it, and add a handler with four arguments as the last middleware that logs and answers a fixed text; body-parser's errors go through it too.",
    ],
    client: [
      "What the pages stored is the front end's to clear; Express can help only by `Clear-Site-Data` on the logout's answer.",
    ],
  },
  test: {
    tool: "supertest with node:test",
    language: "js",
    code: (paths, kind) => `import assert from "node:assert/strict";
import { test } from "node:test";
import request from "supertest";
import { app } from "../app.js";
import { signIn } from "./sign-in.js"; // the suite's own helper: resolves to the Cookie header

test("${kind === "replay" ? "credentials from before the logout are refused after it" : "a GET of the logout address ends nothing"}", async () => {
  const cookie = await signIn(app);
  await request(app).get(${JSON.stringify(paths.private)}).set("Cookie", cookie).expect(${paths.signedIn});
${
  kind === "replay"
    ? `  await request(app).${paths.logoutMethod.toLowerCase()}(${JSON.stringify(paths.logout)}).set("Cookie", cookie).set("Origin", ${JSON.stringify(paths.origin)});`
    : `  await request(app).get(${JSON.stringify(paths.logout)}).set("Cookie", cookie);`
}
  const after = await request(app).get(${JSON.stringify(paths.private)}).set("Cookie", cookie);
  assert.equal(after.status, ${kind === "replay" ? paths.anonymous : paths.signedIn});
});`,
  },
};
