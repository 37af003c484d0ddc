/**
 * The Set-Cookie writer. One definition drives setting and deleting, since a browser ignores a
 * deletion that differs in name, Domain, Path, Partitioned or, for prefixed names, Secure
 * (RFC 6265bis section 5.7; every case measured in Chromium). Reading keeps twins visible, which
 * a parser that returns one value a name would hide.
 */
import { EndSessionError } from "../core/errors.ts";
import { type CookieKind, cookieName } from "../protocol/cookie-names.ts";

/** Where a cookie of ours lives, or once lived. */
export interface CookieScope {
  /** The name, for a scope of an earlier version that used another (default today's name). */
  readonly name?: string;
  /** `Path` (default `/`). With another, or with a Domain, the name is not `__Host-`. */
  readonly path?: string;
  /** `Domain` (default none: this host only). */
  readonly domain?: string;
}

/** The settings of the cookies. */
export interface CookieOptions {
  /** `SameSite` (default `Lax`). `None` needs https. */
  readonly sameSite?: "Lax" | "Strict" | "None";
  /** `Domain`, to share the session among subdomains on purpose (default none, `__Host-`). */
  readonly domain?: string;
  /** Whether to set `Partitioned` (CHIPS), for embedded applications (default false). */
  readonly partitioned?: boolean;
  /** Scopes that earlier versions used: every deletion is repeated for each of them. */
  readonly previous?: readonly CookieScope[];
}

/** Everything that identifies and guards one cookie. */
export interface CookieDefinition {
  readonly name: string;
  readonly path: string;
  readonly domain: string | null;
  readonly secure: boolean;
  readonly sameSite: "Lax" | "Strict" | "None";
  readonly partitioned: boolean;
}

/** The definition of one of our cookies over https (`secure`) or plain http. */
export function defineCookie(
  kind: CookieKind,
  secure: boolean,
  options: CookieOptions,
): CookieDefinition {
  const domain = options.domain ?? null;
  const host = cookieName(kind, secure);
  return {
    // `__Host-` forbids Domain; `__Secure-` is the strongest that is left.
    name: domain === null ? host : host.replace("__Host-", "__Secure-"),
    path: "/",
    domain,
    secure,
    // Browsers take neither without Secure.
    sameSite: options.sameSite === "None" && !secure ? "Lax" : (options.sameSite ?? "Lax"),
    partitioned: secure && (options.partitioned ?? false),
  };
}

/** Refuses settings that no browser would honour. */
export function checkCookieOptions(options: CookieOptions): void {
  const { sameSite = "Lax" } = options;
  if (!["Lax", "Strict", "None"].includes(sameSite)) {
    throw new EndSessionError(
      "ERR_SETTING_INVALID",
      `The setting "cookies.sameSite" is "${sameSite}"; give Lax, Strict or None.`,
    );
  }
  for (const { name, path, domain } of [options, ...(options.previous ?? [])] as CookieScope[]) {
    const unsafe = [name, path, domain].find(
      (part) => part && !/^[\x21-\x3a\x3c-\x7e]+$/.test(part),
    );
    if (unsafe !== undefined) {
      throw new EndSessionError(
        "ERR_SETTING_INVALID",
        `The setting "cookies" holds ${JSON.stringify(unsafe)}, which cannot stand in a cookie.`,
      );
    }
  }
}

/** The header that sets a cookie. Without an expiry it lives as long as the browser session. */
export function setCookie(
  definition: CookieDefinition,
  value: string,
  expiry: { readonly at: number; readonly now: number } | null,
): string {
  const lifetime =
    expiry === null
      ? ""
      : `; Max-Age=${Math.max(0, Math.round((expiry.at - expiry.now) / 1000))}` +
        `; Expires=${new Date(expiry.at).toUTCString()}`;
  return `${definition.name}=${value}${scopeOf(definition)}${lifetime}${guardsOf(definition)}`;
}

/** The header that deletes a cookie: the same scope and guards, no value, no life left. */
export function deleteCookie(definition: CookieDefinition): string {
  return (
    `${definition.name}=${scopeOf(definition)}` +
    `; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${guardsOf(definition)}`
  );
}

/** The definitions that a cookie had in earlier versions. */
export function formerDefinitions(
  definition: CookieDefinition,
  previous: readonly CookieScope[],
): CookieDefinition[] {
  const bare = definition.name.replace(/^__(?:Host|Secure)-/, "");
  return previous.map(({ name, path = "/", domain = null }) => {
    const hostOnly = path === "/" && domain === null;
    const prefix = !definition.secure ? "" : hostOnly ? "__Host-" : "__Secure-";
    const former = name ?? prefix + bare;
    const secure = definition.secure || former.startsWith("__");
    return { ...definition, name: former, path, domain, secure };
  });
}

/** All values that a Cookie header gives a name, in their order. Names are not decoded. */
export function readCookie(header: string | null, name: string): string[] {
  const values: string[] = [];
  for (const pair of (header ?? "").split(";")) {
    const separator = pair.indexOf("=");
    if (separator > 0 && trim(pair.slice(0, separator)) === name) {
      values.push(trim(pair.slice(separator + 1)));
    }
  }
  return values;
}

/**
 * The value of a cookie, where a header of not too many cookies names it once, and `other` not
 * twice, in the form in which browsers send them; undefined for anything out of the ordinary, which
 * {@link readCookie} is for. Takes nothing apart: this is done at every request.
 */
export function readLoneCookie(
  header: string,
  name: string,
  other: string,
  most: number,
): string | undefined {
  const begin = header.indexOf(name);
  const end = begin + name.length;
  if (begin < 0 || header[end] !== "=" || header.includes(name, end)) return undefined;
  if (begin > 0 && !header.startsWith("; ", begin - 2)) return undefined;
  const beginOther = header.indexOf(other);
  if (beginOther >= 0 && header.includes(other, beginOther + 1)) return undefined;
  let cookies = 1;
  for (let at = header.indexOf(";"); at >= 0; at = header.indexOf(";", at + 1)) {
    cookies += 1;
    if (cookies > most) return undefined;
  }
  const semicolon = header.indexOf(";", end);
  return header.slice(end + 1, semicolon < 0 ? undefined : semicolon);
}

/** How many cookies a header brings. */
export function countCookies(header: string | null): number {
  return header === null ? 0 : header.split(";").length;
}

/**
 * Strips spaces and tabs alone: Unicode space must not turn one name into another. Without a regular
 * expression, which takes the square of their number where they stand in the middle.
 */
function trim(text: string): string {
  let [begin, end] = [0, text.length];
  while (begin < end && isBlank(text, begin)) begin += 1;
  while (begin < end && isBlank(text, end - 1)) end -= 1;
  return text.slice(begin, end);
}

function isBlank(text: string, at: number): boolean {
  return text[at] === " " || text[at] === "\t";
}

function scopeOf({ path, domain }: CookieDefinition): string {
  return `; Path=${path}${domain === null ? "" : `; Domain=${domain}`}`;
}

function guardsOf({ secure, sameSite, partitioned }: CookieDefinition): string {
  return (
    `${secure ? "; Secure" : ""}; HttpOnly; SameSite=${sameSite}` +
    (partitioned ? "; Partitioned" : "")
  );
}
