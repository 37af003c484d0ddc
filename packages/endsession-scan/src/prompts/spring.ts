import type { Guide } from "./guide.ts";

/** Spring Security 6 and 7 on servlets. */
export const spring: Guide = {
  framework: "spring",
  name: "Spring Security",
  advice: {
    store: [
      "Sessions are the container's HttpSession under `JSESSIONID`, in the memory of one instance, or Spring Session's (`SESSION`) in Redis or JDBC, shared by all. Several instances without Spring Session need sticky routing, and a restart ends everything.",
      "With `SessionCreationPolicy.STATELESS` there is no session to invalidate: what signs in is a token, see its revocation.",
    ],
    logout: [
      "Leave it to the LogoutFilter: `http.logout(logout -> logout.logoutUrl(…))`. SecurityContextLogoutHandler, there by default, invalidates the HttpSession and clears the context; add LogoutHandlers for tokens and remember-me, and answer through a LogoutSuccessHandler.",
      "A controller method of your own at the logout address is never reached, or ends nothing unless it calls `new SecurityContextLogoutHandler().logout(request, response, authentication)`. WebFlux needs `WebSessionServerLogoutHandler` to invalidate the session.",
      "`logout().permitAll()`, so that a dead session is not sent to the sign-in.",
    ],
    "delete-cookie": [
      '`deleteCookies("JSESSIONID")` uses the context path and no Domain: for a cookie with a Domain or another Path add `new CookieClearingLogoutHandler(cookie)` with that cookie\'s own attributes.',
    ],
    "cookie-flags": [
      "`server.servlet.session.cookie.http-only`, `.secure`, `.same-site`, `.path`, `.domain`; with Spring Session a `DefaultCookieSerializer`. Behind a proxy that ends TLS set `server.forward-headers-strategy`, and let the proxy overwrite those headers.",
      "`server.servlet.session.tracking-modes=cookie` keeps `;jsessionid=` out of addresses.",
    ],
    "post-only": [
      "With CSRF protection on, the LogoutFilter takes POST only. With `csrf.disable()` it takes any method, GET too: keep CSRF on, or give `logoutRequestMatcher` a matcher for POST.",
      "The CSRF token dies with the session: `invalidSessionUrl` or an AccessDeniedHandler has to turn a stale token's 403 on the logout address into the signed-out page.",
    ],
    "new-id": [
      "`sessionManagement(s -> s.sessionFixation(f -> f.changeSessionId()))` is the default; a hand-made sign-in has to call `request.changeSessionId()` and save the context in the SecurityContextRepository.",
    ],
    "remember-me": [
      "TokenBasedRememberMeServices (the default) signs user name, expiry and password hash: the server cannot end it. Use `tokenRepository(new JdbcTokenRepositoryImpl())`; its logout deletes the series of all the user's devices, so override `logout` to delete only this one's.",
    ],
    everywhere: [
      "`sessionManagement(s -> s.maximumSessions(-1).sessionRegistry(registry))` with an HttpSessionEventPublisher, then `registry.getAllSessions(principal, false)` and `expireNow()` on each; the default registry knows one instance only. With Spring Session: `FindByIndexNameSessionRepository.findByPrincipalName(name)` and `deleteById`.",
      "Principals need `equals` and `hashCode` by user, or the registry finds none. Call it in the change of password too; nothing does by default.",
    ],
    tokens: [
      "The resource server's JwtDecoder checks signature, expiry and issuer only. Add an `OAuth2TokenValidator` that looks the session id or `jti` up, or use opaque tokens with introspection.",
      "Spring Authorization Server re-uses refresh tokens by default (`reuseRefreshTokens(true)`): set it to false.",
    ],
    caching: [
      "Spring Security sends `no-cache, no-store, max-age=0, must-revalidate` on every answer, unless `headers().cacheControl().disable()` or the controller sets its own. Find what took it off.",
    ],
    races: [
      "Spring Session with Redis writes changed attributes of a session that was deleted meanwhile as a key without its beginning; use a recent version and `SaveMode.ON_SET_ATTRIBUTE`, and keep the proof of sign-in in a record that is only updated while it is live.",
    ],
    channels: [
      "STOMP and WebSocketHandler sessions outlive the HttpSession. Keep them by session id (`HttpSessionHandshakeInterceptor`), and close them on HttpSessionDestroyedEvent or SessionDestroyedEvent.",
    ],
    redirect: [
      "`logoutSuccessUrl` with a fixed path. SimpleUrlLogoutSuccessHandler with `setTargetUrlParameter` or `setUseReferer(true)` follows what the request says.",
    ],
    cors: [
      '`CorsConfiguration`: with `setAllowCredentials(true)`, `setAllowedOrigins` with exact origins; `setAllowedOriginPatterns(List.of("*"))` and a pattern without its dot reflect strangers.',
    ],
    errors: [
      "`spring.web.error.include-stacktrace=never` and `include-message=never` (`server.error.…` before Spring Boot 4), no devtools in production, and a `@ControllerAdvice` with fixed texts.",
    ],
    client: [
      "`new HeaderWriterLogoutHandler(new ClearSiteDataHeaderWriter(Directive.STORAGE))` asks the browser to empty the origin's storage; the front end still has to clear what it stored.",
    ],
  },
  test: {
    tool: "JUnit on a running port",
    language: "java",
    code: (paths, kind) => `@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class LogoutTest {
  @LocalServerPort int port;
  final HttpClient client = HttpClient.newHttpClient(); // no cookie handler, follows no redirect

  @Test
  void ${kind === "replay" ? "refusesAfterTheLogoutWhatWasAcceptedBefore" : "aGetOfTheLogoutAddressEndsNothing"}() throws Exception {
    SignedIn user = SignIn.over(port); // the suite's own helper: Cookie header and CSRF token
    assertThat(status("GET", ${JSON.stringify(paths.private)}, user)).isEqualTo(${paths.signedIn});
    status(${kind === "replay" ? JSON.stringify(paths.logoutMethod) : '"GET"'}, ${JSON.stringify(paths.logout)}, user);
    assertThat(status("GET", ${JSON.stringify(paths.private)}, user)).isEqualTo(${kind === "replay" ? paths.anonymous : paths.signedIn});
  }

  private int status(String method, String path, SignedIn user) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .method(method, BodyPublishers.noBody())
        .header("Cookie", user.cookie()).header("X-CSRF-TOKEN", user.csrfToken()).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}`,
  },
};
