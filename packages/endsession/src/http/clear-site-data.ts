/**
 * `Clear-Site-Data` on the answer to a logout: an aid beside the deleted cookies, never the only
 * means (CL-08; https://www.w3.org/TR/clear-site-data/). Only what the application says it owns is
 * cleared: `"storage"` and `"cookies"` reach whatever else lives on the origin or the domain.
 */
import type { Exchange } from "./exchange.ts";

/** What the application has to itself. */
export interface ClearSiteDataOptions {
  /** Nothing else lives on this origin: its whole storage is cleared at a logout (default false). */
  readonly ownsOrigin?: boolean;
}

/** Prefetched and prerendered pages cost nothing to drop and are always the user's (CA-05). */
const always = ['"prefetchCache"', '"prerenderCache"'];

/** The header for an answer that signs its browser out. */
export function clearSiteData({ http, fromBrowser }: Exchange): Record<string, string> {
  if (!fromBrowser) return {};
  const { ownsOrigin = false } = http.settings.clearSiteData;
  const kinds = ownsOrigin ? [...always, '"storage"'] : always;
  return { "clear-site-data": kinds.join(", ") };
}
