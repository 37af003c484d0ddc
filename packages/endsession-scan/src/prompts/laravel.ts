import type { Guide } from "./guide.ts";

/** Laravel 10 to 12: session drivers, guards, Sanctum. */
export const laravel: Guide = {
  framework: "laravel",
  name: "Laravel",
  advice: {
    store: [
      "`SESSION_DRIVER` says where sessions live. `database` (the default of new applications since 11), `redis`, `memcached` and `file` keep a record; `cookie` keeps none, so a copy of the cookie stays valid after logout: change the driver. `file` is not shared by several servers.",
    ],
    logout: [
      "Three calls, in this order: `Auth::guard('web')->logout()`, `$request->session()->invalidate()`, `$request->session()->regenerateToken()`. `Auth::logout()` alone leaves the record with its other data; `flush()` keeps the id.",
      "Do not put the route behind the `auth` middleware, or a dead session is sent to the sign-in instead of logged out.",
    ],
    "delete-cookie": [
      "After `invalidate()` the session cookie is replaced by that of a new, anonymous session: its value has to change. For other cookies `Cookie::queue(Cookie::forget($name, $path, $domain))` with the values it was set with.",
    ],
    "cookie-flags": [
      "`config/session.php`: `secure` (`SESSION_SECURE_COOKIE=true`), `http_only` true, `same_site` `lax`, `domain` null unless subdomains share it. `XSRF-TOKEN` is meant to be read by scripts.",
      "Behind a proxy that ends TLS, name that proxy in `trustProxies(at: …)`, not `*`.",
    ],
    "post-only": [
      "`Route::post`, never `Route::any`, `match` with GET or `Route::get`. In Blade a form with `@csrf` and a button.",
      "A page that was open for long gets 419 at logout: answer `TokenMismatchException` on this route with the signed-out page, instead of exempting it from the CSRF check.",
    ],
    "new-id": [
      "`$request->session()->regenerate()` after `Auth::attempt`; a hand-made sign-in has to call it too.",
    ],
    "remember-me": [
      "The `remember_web_…` cookie is checked against `users.remember_token`, one per user: `logout()` changes it and so ends remember-me on all devices; `logoutCurrentDevice()` does not change it, so a copy of this device's cookie stays valid. For one per device keep hashed tokens in a table.",
    ],
    everywhere: [
      "`Auth::logoutOtherDevices($password)` re-hashes the password and works only where the `auth.session` middleware (AuthenticateSession) is on every private route, else nothing is ended.",
      "With the `database` driver also `DB::table('sessions')->where('user_id', $id)->where('id', '!=', $current)->delete()`. Sanctum tokens are apart: `$user->tokens()->delete()`. Call both at a change of password.",
    ],
    tokens: [
      "Sanctum: `$request->user()->currentAccessToken()->delete()` in the logout. Passport: revoke the access token and its refresh token. JWT packages need their blacklist switched on.",
    ],
    caching: [
      "Add a middleware to the private group that sets `Cache-Control: no-store`; the framework's default is `no-cache, private`, which lets Back show the page.",
      "Inertia keeps page data in the history state: use `Inertia::clearHistory()` with encrypted history (v2), and leave by `Inertia::location`.",
    ],
    races: [
      "Every request writes its whole session back at its end, under its old id: one in flight during the logout re-creates the record. Keep the proof of sign-in apart (a per-session row that is only updated while it is live, checked on each request), or serialise with `->block()` on the routes concerned.",
    ],
    channels: [
      "Reverb, Pusher and the like authorise at subscription. Broadcast a message at logout that clients leave on, and disconnect the user's connections through the server's API.",
    ],
    redirect: [
      "Redirect to a route name. `redirect($request->query('next'))` and `redirect()->intended()` after a logout follow what the request or the old session says.",
    ],
    cors: [
      "`config/cors.php`: with `supports_credentials` true, exact `allowed_origins`; a pattern in `allowed_origins_patterns` needs `^` and `$`.",
    ],
    errors: [
      "`APP_DEBUG=false` and `APP_ENV=production`; cache the configuration after changing it.",
    ],
    client: [
      "Livewire and Inertia state goes with a full page load: submit the logout as a plain form, not by `wire:click` or `router.visit`.",
    ],
  },
  test: {
    tool: "a feature test",
    language: "php",
    code: (paths, kind) => `<?php

use Tests\\Support\\SignIn; // the suite's own helper: signs in over HTTP, returns [name => value] as sent by the browser

// phpunit.xml: SESSION_DRIVER has to be the one of production, not "array".
it('${kind === "replay" ? "refuses after the logout what was accepted before it" : "ends nothing on a GET of the logout address"}', function () {
    $cookies = SignIn::cookies($this);
    $ask = function () use ($cookies) {
        app('auth')->forgetGuards();
        return $this->withUnencryptedCookies($cookies)->get('${paths.private}');
    };
    $ask()->assertStatus(${paths.signedIn});
    $this->withUnencryptedCookies($cookies)->${kind === "replay" ? paths.logoutMethod.toLowerCase() : "get"}('${paths.logout}');
    $ask()->assertStatus(${kind === "replay" ? paths.anonymous : paths.signedIn});
});`,
  },
};
