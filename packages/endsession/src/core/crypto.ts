/** The door to randomness and to the primitives that a platform brings. */
export interface Crypto {
  /** Bytes from a cryptographically secure generator (ASVS 7.2.3). */
  randomBytes(length: number): Uint8Array;
  /** SHA-256 of a UTF-8 text, as base64url without padding (43 characters). */
  sha256(text: string): string;
  /** The same as 32 characters, one a byte: the quickest key of a map. */
  fingerprint(text: string): string;
  /** The same as 32 bytes. */
  sha256Bytes(text: string): Uint8Array;
  /**
   * Encrypts with AES-256-GCM under a key derived from `secret` and `purpose`. `secret` must have
   * at least 256 bits of entropy, or be a passphrase that the operator vouches for.
   */
  seal(secret: string, purpose: string, plaintext: string): string;
  /** Reverses {@link Crypto.seal}. Throws when the secret or the purpose differs. */
  open(secret: string, purpose: string, sealed: string): string;
  /**
   * HMAC-SHA-256 (RFC 2104) of a text under a key derived from `secret` and `purpose`, as base64url.
   * `secret` as for {@link Crypto.seal}.
   */
  mac(secret: string, purpose: string, text: string): string;
  /**
   * Gives what opens compact JWS (RFC 7515) by a public JWK: the payload as text, or null when the
   * signature does not hold. A signature in any but canonical base64url holds nothing. It does not
   * read the header; whoever calls knows that it names this algorithm.
   */
  jwsOpener(algorithm: string, publicJwk: object): (jws: string) => string | null;
  /**
   * Gives what signs a payload by a private JWK, under an encoded header: a compact JWS (RFC 7515).
   * It signs in the thread that calls, which suits elliptic curves and not RSA.
   */
  jwsSigner(algorithm: string, privateJwk: object): (header: string, payload: string) => string;
  /** Compares two strings in time that does not depend on where they differ. */
  equal(a: string, b: string): boolean;
}
