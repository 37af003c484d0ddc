/**
 * The life of a refresh token: rotation, retries and reuse, decided from one row a family. The
 * design answers two demands at once: a token used twice betrays a thief (RFC 9700 section
 * 4.14.2), and a client whose answer was lost must not be signed out (FAPI 2.0 clause 10).
 */

/** A family's row: all tokens that descend from one sign-in (RT-12: a family per session). */
export interface RefreshFamily {
  readonly id: string;
  /** The client it was issued to; null where the application names none. */
  readonly clientId: string | null;
  /** The newest generation. */
  readonly generation: number;
  /** Hash of the newest token. */
  readonly tokenHash: string;
  /** Hash of the token before it; null in generation 0. */
  readonly previousHash: string | null;
  /** The newest token, sealed under the one before it; null once nobody may ask for it. */
  readonly sealedSuccessor: string | null;
  /** When the newest generation was made. */
  readonly rotatedAt: number;
  /** When the newest generation, or an access token of it, was first seen in use. */
  readonly confirmedAt: number | null;
  /** Repeats of the previous token since the newest was confirmed. */
  readonly graceUses: number;
  /** How many generations in a row had such repeats. */
  readonly graceRun: number;
  readonly expiresAt: number;
  /** When the newest generation dies unused. */
  readonly idleExpiresAt: number;
  readonly revokedAt: number | null;
}

/** What a client presented, with its secret already hashed. */
export interface PresentedGeneration {
  readonly generation: number;
  readonly tokenHash: string;
  readonly clientId: string | null;
}

/** What is to be done with a presented refresh token. */
export type RefreshDecision =
  /** Make the next generation. */
  | "rotate"
  /** Answer with the token that was presented: it is fresh from a rotation. */
  | "repeat_current"
  /** Answer with the sealed successor: a retry, or a second tab. */
  | "repeat_successor"
  /** As before, and count it: the successor is already in use. */
  | "repeat_in_grace"
  /** Too many repeats in grace: sign in again. */
  | "grace_exhausted"
  /** A spent token: somebody holds a copy. */
  | "reuse"
  /** Died of age. */
  | "expired"
  /** Not a token of this family, or another client's: refused, and nothing is ended. */
  | "unknown";

/** Repeats in grace that one generation allows. */
export const graceUsesPerGeneration = 10;
/** Generations in a row that may see repeats in grace. */
export const graceGenerations = 3;

/**
 * Decides by the row alone. `grace` is W in milliseconds, counted from the rotation or, where
 * later, from the first use of the newest generation.
 */
export function decideRefresh(
  family: RefreshFamily,
  presented: PresentedGeneration,
  now: number,
  grace: number,
): RefreshDecision {
  if (presented.clientId !== family.clientId) return "unknown";
  if (!isOfFamily(family, presented)) return "unknown";
  if (presented.generation === family.generation) {
    if (now >= family.expiresAt || now >= family.idleExpiresAt) return "expired";
    const fresh = family.generation > 0 && now - family.rotatedAt < grace;
    return fresh ? "repeat_current" : "rotate";
  }
  if (presented.generation < family.generation - 1) return "reuse";
  if (now >= family.expiresAt || now >= family.idleExpiresAt) return "expired";
  if (family.confirmedAt === null) return "repeat_successor";
  if (now - Math.max(family.rotatedAt, family.confirmedAt) >= grace) return "reuse";
  const firstOfGeneration = family.graceUses === 0;
  if (family.graceUses >= graceUsesPerGeneration) return "grace_exhausted";
  if (firstOfGeneration && family.graceRun >= graceGenerations) return "grace_exhausted";
  return "repeat_in_grace";
}

/**
 * Whether a token was issued in this family. Only the last two hashes are kept; an older token is
 * believed by its family id, 128 random bits that only holders of its tokens have ever seen.
 */
export function isOfFamily(
  family: RefreshFamily,
  presented: Pick<PresentedGeneration, "generation" | "tokenHash">,
): boolean {
  const { generation, tokenHash } = presented;
  if (generation === family.generation) return tokenHash === family.tokenHash;
  if (generation === family.generation - 1) return tokenHash === family.previousHash;
  return generation < family.generation;
}
