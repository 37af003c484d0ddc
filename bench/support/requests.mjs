// @ts-check
/** The requests of a signed-in browser, as bytes go over the wire. */
import { userAgent } from "./installation.mjs";
import { get, post } from "./wire.mjs";

/** The session cookie over plain http. */
const name = "es_session";

/** @param {string} token */
function headers(token) {
  return {
    "User-Agent": userAgent,
    Accept: "application/json",
    Cookie: `theme=dark; ${name}=${token}`,
    // What a browser says of a request from the application's own page.
    "Sec-Fetch-Site": "same-origin",
  };
}

/** Asks for the protected route. @param {string} token */
export function use(token) {
  return get("/me", headers(token));
}

/** @param {string} token */
export function logout(token) {
  return post("/logout", headers(token));
}

/** The token that such a request carries. @param {string | undefined} header */
export function cookieIn(header = "") {
  return header.slice(header.lastIndexOf("=") + 1);
}
