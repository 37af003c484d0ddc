/** Carries sessions over from the time before the bridge. */
import type { EndSession } from "../../endsession.ts";
import { bind } from "../bound.ts";
import { called } from "../callbacks.ts";
import {
  type Data,
  type DataOf,
  type EndingStoreOptions,
  library,
  type Listing,
  type StoreLike,
  type WholeStore,
} from "./store-like.ts";

/**
 * Starts sessions for those whom a store held before it was bridged, and tells how many. Call it
 * once, before the first request; otherwise they have to sign in again. Rejects with a TypeError
 * for a store that cannot list its sessions.
 */
export async function adoptSessions<S extends StoreLike<object>>(
  endsession: EndSession,
  inner: S,
  { userId, tenantId }: EndingStoreOptions<DataOf<S>>,
): Promise<number> {
  const kept = inner as unknown as WholeStore;
  const bound = bind(endsession, library, tenantId);
  if (!kept.all) throw new TypeError("This store has no method all(): its sessions end.");
  const listing = (await called<Listing>((done) => kept.all?.(done))) ?? [];
  let adopted = 0;
  for (const [key, data] of Object.entries(listing) as [string, Data][]) {
    const user = (userId as (data: Data) => string | undefined)(data);
    const sid = Array.isArray(listing) ? data.id : key;
    if (user === undefined || sid === undefined) continue;
    if ((await bound.find(sid)).outcome !== "none") continue;
    await bound.start(sid, { userId: user });
    adopted += 1;
  }
  return adopted;
}
