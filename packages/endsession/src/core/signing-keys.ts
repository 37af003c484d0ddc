/** The keys that sign access tokens, as an operator sees and changes them. Nothing secret is told. */
import type { Context } from "./context.ts";

/** One key, without its private part. */
export interface SigningKeyInfo {
  /** `kid`: the key's RFC 7638 thumbprint. */
  readonly id: string;
  /** JWS algorithm. */
  readonly algorithm: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Whether it signs; the others only verify what they once signed. */
  readonly signs: boolean;
  /** Whether it lies sealed under the setting `secret`. */
  readonly sealed: boolean;
}

/** The keys, the one that signs first. */
export async function listSigningKeys({ truth }: Context): Promise<readonly SigningKeyInfo[]> {
  const { keys } = await truth.query({ kind: "signing_keys" });
  return keys.map(({ id, algorithm, createdAt, sealed }, index) => {
    return { id, algorithm, createdAt, signs: index === 0, sealed };
  });
}

/**
 * Makes a new key, which signs from now on. No session ends: the keys before it go on verifying
 * until no token of theirs can be alive. Running instances sign with the new key within a minute.
 * After a leak this is not enough: end everything, which replaces the keys at once.
 */
export async function rotateSigningKey(context: Context): Promise<readonly SigningKeyInfo[]> {
  const { truth, keys } = context;
  for (;;) {
    const [{ done }] = await truth.commit([await keys.rotation()]);
    if (!done) continue;
    await keys.reload();
    return listSigningKeys(context);
  }
}
