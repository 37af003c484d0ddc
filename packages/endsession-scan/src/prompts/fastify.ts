import type { Guide } from "./guide.ts";

/** Fastify 4 and 5 with @fastify/session, @fastify/secure-session and @fastify/jwt. */
export const fastify: Guide = {
  framework: "fastify",
  name: "Fastify",
  advice: {
    store: [
      "@fastify/session keeps sessions in its store; the default store is the process's memory. Give it a shared store in production.",
      "@fastify/secure-session has no store: the sealed cookie is the session, and a copy of it stays valid after `session.delete()`. Move to @fastify/session, or keep a store of ended session ids that every request reads.",
    ],
    logout: [
      "`await request.session.destroy()` removes the record and leaves `request.session` null; answer 503 when it rejects. Do not write to the session afterwards.",
      "Register the logout outside the scope whose hook demands a session, or a dead session gets 401 instead of a logout.",
    ],
    "delete-cookie": [
      "`session.destroy()` does not delete the cookie for you: call `reply.clearCookie(name, options)` with the path and domain of the plugin's `cookie` option; keep them in one constant.",
    ],
    "cookie-flags": [
      "In @fastify/session's `cookie` option: `httpOnly` and `secure` are on by default, `sameSite` is not; `cookieName` is `sessionId` unless set.",
      "With `secure: true` no cookie is set on a connection that looks like plain http: set Fastify's `trustProxy` to the addresses of the proxy that ends TLS, not to `true`.",
    ],
    "post-only": [
      "Declare `fastify.post`. Fastify adds HEAD routes to GET routes by itself (`exposeHeadRoutes`).",
      "Check `Sec-Fetch-Site` or `Origin` in an `onRequest` hook of the route. @fastify/csrf-protection binds its token to the session: then a dead session's logout fails, unless the route skips the check where no session is.",
    ],
    "new-id": [
      "`await request.session.regenerate()` after the password was verified. It creates a new id; destroy the record of the old one as well.",
    ],
    "remember-me": [
      "A remember-me cookie set with `reply.setCookie` is no part of the session: delete its record and its cookie in the logout.",
    ],
    everywhere: [
      "The store finds sessions by id, not by user: keep a set of the user's session ids beside it, or store a version on the session at sign-in and compare it with the user's in the hook that authenticates.",
    ],
    tokens: [
      "`request.jwtVerify()` checks signature and expiry only. Use @fastify/jwt's `trusted` option to look the token's session up on each request, and refuse it once that has ended.",
    ],
    caching: [
      'Set `reply.header("cache-control", "no-store")` in the hook that demands a session.',
    ],
    races: [
      "@fastify/session saves in `onSend`, after the handler: a request in flight during the logout can write the record back. Set `saveUninitialized: false` and `rolling: false`, and let the store refuse to write an id that was destroyed.",
    ],
    channels: [
      "@fastify/websocket and SSE handlers check at the beginning only. Keep the connections by session id, and close them in the logout.",
    ],
    redirect: [
      "`reply.redirect(request.query.next)` goes wherever the value says. Choose from a fixed list of paths.",
    ],
    cors: [
      "@fastify/cors: `origin: true` reflects any origin. With `credentials: true`, give an array of exact origins.",
    ],
    errors: [
      "Fastify puts `error.message` into its answers, also for status 500. `setErrorHandler` with a fixed text for 500 and above; log the rest.",
    ],
    client: [
      "What the pages stored is the front end's to clear; the server can help only by `Clear-Site-Data` on the logout's answer.",
    ],
  },
  test: {
    tool: "fastify.inject with node:test",
    language: "js",
    code: (paths, kind) => `import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "../app.js";
import { signIn } from "./sign-in.js"; // the suite's own helper: resolves to the Cookie header

test("${kind === "replay" ? "credentials from before the logout are refused after it" : "a GET of the logout address ends nothing"}", async (t) => {
  const app = await build();
  t.after(() => app.close());
  const cookie = await signIn(app);
  const ask = { method: "GET", url: ${JSON.stringify(paths.private)}, headers: { cookie } };
  assert.equal((await app.inject(ask)).statusCode, ${paths.signedIn});
${
  kind === "replay"
    ? `  const headers = { cookie, origin: ${JSON.stringify(paths.origin)} };
  await app.inject({ method: ${JSON.stringify(paths.logoutMethod)}, url: ${JSON.stringify(paths.logout)}, headers });`
    : `  await app.inject({ method: "GET", url: ${JSON.stringify(paths.logout)}, headers: { cookie } });`
}
  assert.equal((await app.inject(ask)).statusCode, ${kind === "replay" ? paths.anonymous : paths.signedIn});
});`,
  },
};
