import type { Guide } from "./guide.ts";

/** Rails 7 and 8: its session stores, the authentication generator of 8, Devise. */
export const rails: Guide = {
  framework: "rails",
  name: "Rails",
  advice: {
    store: [
      "The default CookieStore encrypts the whole session into the cookie and keeps nothing on the server: `reset_session` only replaces the browser's copy, another copy stays valid. Use `:cache_store` with a shared cache, or activerecord-session_store; or keep a `sessions` row and look its id up on each request.",
      "The authentication generator of Rails 8 does the latter: a `Session` row, its id in the signed cookie `session_id`, looked up by `find_session_by_cookie`.",
    ],
    logout: [
      "Call `reset_session`; setting `session[:user_id] = nil` keeps the session. With the generator of Rails 8: `terminate_session`, which destroys the row and deletes `session_id`; use `Current.session&.destroy!`, so that a failure is not taken for success and a dead session is no error.",
      "Devise: `sign_out` clears the scope and, with `sign_out_all_scopes` (the default), the session. With CookieStore the old cookie still signs in.",
    ],
    "delete-cookie": [
      "`cookies.delete(:name, domain: …, path: …)` with the values it was set with; a cookie set with `domain: :all` is deleted only with `domain: :all`.",
    ],
    "cookie-flags": [
      "`config.session_store …, secure: Rails.env.production?, httponly: true, same_site: :lax`. `config.force_ssl = true` marks cookies Secure and sends HSTS. Cookies that you set yourself need `httponly: true` each.",
    ],
    "post-only": [
      "Route it as `delete` (or `post`), never `match … via: :all` or `get`. Devise: keep `config.sign_out_via = :delete`. Use `button_to … method: :delete`: a `link_to` sends GET where no script runs.",
      "Turbo 8 prefetches links when the pointer rests on them, so a GET that signs out does so without a click.",
      "Keep `protect_from_forgery`. When the session is gone, `InvalidAuthenticityToken` must end in a signed-out page, not in a 422.",
    ],
    "new-id": ["Call `reset_session` before signing the user in. Devise does it through Warden."],
    "remember-me": [
      "Devise's rememberable has one token per user: `expire_all_remember_me_on_sign_out` (the default) ends it on all devices, `false` on none. For one per device use a table of hashed tokens.",
      "A `cookies.permanent.signed[:user_id]` cannot be ended: store a random token's digest and delete it in the logout.",
    ],
    everywhere: [
      "Rails 8 generator: `user.sessions.destroy_all`, also in `PasswordsController#update` (check that yours does); to keep this one, `user.sessions.where.not(id: Current.session.id).destroy_all`.",
      "Devise sessions carry the password's salt: a new password ends the other sessions. For a logout everywhere, override `authenticatable_salt` with a per-user value that is changed.",
    ],
    tokens: [
      "`JWT.decode` checks signature and expiry only. devise-jwt needs a revocation strategy that remembers (Allowlist or Denylist); the Null strategy ends nothing.",
    ],
    caching: [
      "Call `no_store` in a `before_action` of the private controllers.",
      'Turbo keeps snapshots of visited pages: `Turbo.cache.clear()` at logout, and `<meta name="turbo-cache-control" content="no-cache">` on private pages; leave with a full page load.',
    ],
    races: [
      "With a server-side store, a request in flight writes its session back at its end and can re-create the record. Keep the proof of sign-in in a row of its own that is only ever updated under `where(ended_at: nil)`.",
    ],
    channels: [
      "Action Cable authenticates at the connection. Name it by the session, and `ActionCable.server.remote_connections.where(current_session: …).disconnect` in the logout.",
    ],
    redirect: [
      "Use `redirect_to` with a path helper. `redirect_to params[:next]` is refused for foreign hosts only while `raise_on_open_redirects` is on (the default of new applications since 7.0); never pass `allow_other_host: true` with a parameter.",
    ],
    cors: [
      "rack-cors: with `credentials: true`, name exact `origins`; a block or a pattern without `\\A` and `\\z` lets strangers in.",
    ],
    errors: [
      "`config.consider_all_requests_local = false` in production, static error pages in `public/`, and a fixed text for malformed JSON (`ActionDispatch::Http::Parameters::ParseError`).",
    ],
    client: [
      "In a Stimulus or Turbo front end, clear the stored keys and `Turbo.cache.clear()` before the form is submitted.",
    ],
  },
  test: {
    tool: "an integration test",
    language: "ruby",
    code: (paths, kind) => `require "test_helper"

class LogoutTest < ActionDispatch::IntegrationTest
  test "${kind === "replay" ? "credentials from before the logout are refused after it" : "a GET of the logout address ends nothing"}" do
    sign_in_as users(:one) # the suite's own helper
    get ${JSON.stringify(paths.private)}
    assert_response ${paths.signedIn}
    thief = { "Cookie" => request.headers["Cookie"] }

    ${kind === "replay" ? paths.logoutMethod.toLowerCase() : "get"} ${JSON.stringify(paths.logout)}

    open_session do |other|
      other.get ${JSON.stringify(paths.private)}, headers: thief
      other.assert_response ${kind === "replay" ? paths.anonymous : paths.signedIn}
    end
  end
end`,
  },
};
