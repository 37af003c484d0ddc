/**
 * The names of our cookies. Over https they carry the `__Host-` prefix, so that no other host and
 * no plain-http page can set or shadow them (RFC 6265bis section 4.1.3.2).
 */

/** The two cookies: the session, and the token that signs a device in again. */
export type CookieKind = "session" | "remember_me";

const names: Record<CookieKind, string> = {
  session: "es_session",
  remember_me: "es_remember",
};

/** The cookie's name: `__Host-es_session` where Secure cookies are used, else `es_session`. */
export function cookieName(kind: CookieKind, secure: boolean): string {
  return secure ? `__Host-${names[kind]}` : names[kind];
}
