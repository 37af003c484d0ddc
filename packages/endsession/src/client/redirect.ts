/** Where a logout may lead: within this origin, or to an origin that was allowed (LO-08). */
import type { ClientOptions } from "./types.ts";

/** The address, or null when there is none or it may not be. */
export function allowed(
  to: string | null | undefined,
  origins: readonly string[] = [],
): string | null {
  if (to === null || to === undefined || !URL.canParse(to, location.href)) return null;
  const { origin, protocol, href } = new URL(to, location.href);
  if (protocol !== "https:" && protocol !== "http:") return null;
  // A path for routers, which take no other addresses.
  if (origin === location.origin) return href.slice(origin.length);
  return origins.includes(origin) ? href : null;
}

/** Goes there, if it may be. */
export function go(to: string | null | undefined, options: ClientOptions): void {
  const target = allowed(to, options.redirects);
  if (target === null) return;
  try {
    if (options.navigate) options.navigate(target);
    else location.assign(target);
  } catch (error) {
    reportError(error);
  }
}
