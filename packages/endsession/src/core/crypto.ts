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
   * A key of 256 bits from a secret that an operator vouches for; `purpose` keeps its uses apart.
   */
  keyOfSecret(secret: string, purpose: string): Uint8Array;
  /**
   * A key of 256 bits from a token that was minted here, by a single SHA-256: the one-step
   * derivation of NIST SP 800-56C rev. 2 section 4.
   */
  keyOfToken(token: string, purpose: string): Uint8Array;
  /** Encrypts with AES-256-GCM. */
  seal(key: Uint8Array, plaintext: string): string;
  /** Reverses {@link Crypto.seal}. Null when the key differs, or nothing was sealed. */
  open(key: Uint8Array, sealed: string): string | null;
  /**
   * HMAC-SHA-256 (RFC 2104) of a text under the {@link Crypto.keyOfSecret}, as base64url.
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
