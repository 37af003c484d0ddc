/** Set-Cookie headers in the terms of Next.js. */

/** What `cookies()` of `next/headers` resolves to, as much of it as is used. */
export interface CookieStoreLike {
  set(name: string, value: string, attributes: CookieAttributes): unknown;
}

/** Attributes as Next.js names them. */
export interface CookieAttributes {
  readonly path?: string;
  readonly domain?: string;
  readonly maxAge?: number;
  readonly expires?: Date;
  readonly sameSite?: "lax" | "strict" | "none";
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly partitioned: boolean;
}

/**
 * Sets cookies in a store that holds one of each name: the newest value, else the deletion in
 * today's scope. Deletions in former scopes cannot be told by it.
 */
export function storeCookies(store: CookieStoreLike, cookies: readonly string[]): void {
  const chosen = new Map<string, Parsed>();
  for (const line of cookies) {
    const parsed = parse(line);
    if (parsed.value !== "" || !chosen.has(parsed.name)) chosen.set(parsed.name, parsed);
  }
  for (const { name, value, attributes } of chosen.values()) store.set(name, value, attributes);
}

/** The headers of a request as its sender would send them next, with the cookies just set. */
export function requestCookies(headers: Headers, cookies: readonly string[]): Headers {
  const set = cookies.map(parse);
  const names = set.map(({ name }) => name);
  const kept = (headers.get("cookie") ?? "")
    .split(/; */)
    .filter((pair) => !names.includes(pair.split("=", 1).join("")));
  const added = set.flatMap(({ name, value }) => (value === "" ? [] : [`${name}=${value}`]));
  const next = new Headers(headers);
  next.set("cookie", [...kept, ...added].join("; "));
  return next;
}

interface Parsed {
  readonly name: string;
  readonly value: string;
  readonly attributes: CookieAttributes;
}

/** Takes apart what our own writer has written. */
function parse(line: string): Parsed {
  const [[name = "", value = ""] = [], ...rest] = line.split("; ").map((part) => part.split("="));
  const given = new Map(rest.map(([key = "", text = ""]) => [key, text]));
  const [domain, maxAge, expires] = ["Domain", "Max-Age", "Expires"].map((key) => given.get(key));
  return {
    name,
    value,
    attributes: {
      path: given.get("Path") ?? "/",
      ...(domain === undefined ? {} : { domain }),
      ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
      ...(expires === undefined ? {} : { expires: new Date(expires) }),
      sameSite: (given.get("SameSite") ?? "Lax").toLowerCase() as "lax" | "strict" | "none",
      secure: given.has("Secure"),
      httpOnly: given.has("HttpOnly"),
      partitioned: given.has("Partitioned"),
    },
  };
}
