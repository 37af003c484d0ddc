/** A series of remember-me tokens as the store holds it: one remembered device. */
import { type Epoch, sameEpoch } from "./epoch.ts";
import type { EndReason } from "../protocol/reasons.ts";

/** Everything the store knows of a series. */
export interface SeriesRecord {
  readonly userId: string;
  /** Hash of the verifier that is good for the next use. */
  readonly verifierHash: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly endReason: EndReason | null;
  readonly endAuditId: string | null;
  /** The epoch of the sign-in, and that of the user, tenant and installation now. */
  readonly epoch: Epoch;
  readonly currentEpoch: Epoch;
}

/** Why a series starts no session any more; null while it does. */
export function seriesEnd(record: SeriesRecord, now: number): EndReason | null {
  if (record.revokedAt !== null) return record.endReason ?? "logout";
  if (now >= record.expiresAt) return "expired_absolute";
  return sameEpoch(record.epoch, record.currentEpoch) ? null : "logout_all";
}
