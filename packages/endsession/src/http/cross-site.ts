/**
 * Which requests may change something. Stateless (CS-02): the browser itself says where a request
 * comes from, in `Sec-Fetch-Site` or `Origin`, and no page can make it lie. Referer and
 * `same-site` count for nothing.
 */

/** The methods that change nothing (RFC 9110 section 9.2.1). */
export const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** What is asked. */
export interface CrossSiteCheck {
  readonly headers: { get(name: string): string | null };
  /** The application's own origin. */
  readonly origin: string;
  /** Other origins that may call it, exactly as browsers send them. */
  readonly trusted: readonly string[];
  /** Whether the request carries a cookie. */
  readonly hasCookie: boolean;
}

/** Why a request is refused, or null when it may go on. */
export function crossSiteRefusal(check: CrossSiteCheck): string | null {
  const { headers } = check;
  const origin = headers.get("origin");
  if (origin !== null && check.trusted.includes(origin)) return null;
  const site = headers.get("sec-fetch-site");
  if (site !== null) {
    if (site === "same-origin" || site === "none") return null;
    return `The browser says that this request comes from another site (${quoted(site)}).`;
  }
  if (origin !== null) {
    if (origin === check.origin) return null;
    return `The request comes from the origin ${quoted(origin)}, which is not trusted here.`;
  }
  const claimsBrowser = /^mozilla\//i.test(headers.get("user-agent") ?? "");
  if (claimsBrowser && check.hasCookie) {
    return "The request calls itself a browser and carries neither Sec-Fetch-Site nor Origin.";
  }
  return null;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
