/** Set-Cookie as the server wrote it, and Cookie as a client sends it. */
import type { Header } from "../artifacts.ts";
import { headersOf } from "./answer.ts";

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Names in lower case; a flag has the value "". */
  readonly attributes: ReadonlyMap<string, string>;
  /** Whether a browser removes the cookie on this header. */
  readonly deletes: boolean;
  readonly raw: string;
}

/** RFC 6265bis, section 5.6, for what a scan needs of it. */
export function parseSetCookie(raw: string): SetCookie | null {
  const [pair = "", ...rest] = raw.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, Math.max(equals, 0)).trim();
  if (name === "") return null;
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [key = "", ...value] = part.split("=");
      return [key.trim().toLowerCase(), value.join("=").trim()];
    }),
  );
  return {
    name,
    value: pair.slice(equals + 1).trim(),
    attributes,
    deletes: isPast(attributes),
    raw,
  };
}

/** The Set-Cookie headers of an answer. */
export function setCookiesOf(headers: readonly Header[]): SetCookie[] {
  return headersOf(headers, "set-cookie")
    .map(parseSetCookie)
    .filter((cookie) => cookie !== null);
}

/** `name=value` pairs as a Cookie header; several cookies of one name stay several. */
export function cookieHeader(
  cookies: readonly { readonly name: string; readonly value: string }[],
): string {
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** Max-Age wins over Expires (RFC 6265bis, section 5.7). */
function isPast(attributes: ReadonlyMap<string, string>): boolean {
  const maxAge = attributes.get("max-age");
  if (maxAge !== undefined && /^-?\d+$/u.test(maxAge)) return Number(maxAge) <= 0;
  const expires = Date.parse(attributes.get("expires") ?? "");
  return !Number.isNaN(expires) && expires <= Date.now();
}
