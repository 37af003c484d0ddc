/**
 * The names of our cookies. Over https they carry the `__Host-` prefix, so that no other host and
 * no plain-http page can set or shadow them (RFC 6265bis section 4.1.3.2).
 */

/**
 * The cookies: the session, the token that signs a device in again, and, for single-page
 * applications that send access tokens, the refresh token that no script shall see.
 */
export type CookieKind = "session" | "remember_me" | "refresh";

const names: Record<CookieKind, string> = {
  session: "es_session",
  remember_me: "es_remember",
  refresh: "es_refresh",
};

/** The cookie's name: `__Host-es_session` where Secure cookies are used, else `es_session`. */
export function cookieName(kind: CookieKind, secure: boolean): string {
  return secure ? `__Host-${names[kind]}` : names[kind];
}
