/**
 * Epochs: three counters that only rise. A session remembers the three it was started under and
 * is live only while they are unchanged, so that ending everything a user, a tenant or the whole
 * installation has is one increment, whatever the number of sessions. Descendants (rotated
 * tokens, sessions begun from a remember-me token) inherit, they never read anew.
 */
export interface Epoch {
  /** Raised when everybody's sessions end: a leaked key, a restored backup. */
  readonly installation: number;
  /** Raised when a tenant's sessions end. */
  readonly tenant: number;
  /** Raised when a user's sessions end. Published as the claim `auth_version`. */
  readonly user: number;
}

/** Whether nothing was ended between the two. */
export function sameEpoch(a: Epoch, b: Epoch): boolean {
  return a.user === b.user && a.tenant === b.tenant && a.installation === b.installation;
}
