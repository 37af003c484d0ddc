/**
 * The opaque credentials: `es_s_…` (session cookie), `es_r_family.generation.secret` (refresh
 * token) and `es_m_selector.verifier` (remember-me token). Each ends in a checksum, so that junk
 * is refused before any store is asked and leak scanners need no database. The parts that must
 * not be guessed hold 128 bits (ids) or 256 bits (secrets) of randomness (ASVS 7.2.3).
 */
import type { Crypto } from "./crypto.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const idLength = 22;
/** Enough for the milliseconds of the next thousands of years. */
const timeLength = 8;
const secretLength = 43;
const checksumLength = 6;
const sessionTokenLength = "es_s_".length + secretLength + checksumLength;

/** Matches every opaque credential; for secret scanners. */
export const credentialPattern: RegExp =
  /\bes_(?:s_[0-9A-Za-z]{49}|r_[0-9A-Za-z]{22}\.[0-9]{1,9}\.[0-9A-Za-z]{49}|m_[0-9A-Za-z]{22}\.[0-9A-Za-z]{49})\b/;

/** A refresh token taken apart. */
export interface RefreshTokenParts {
  /** The family: all tokens that descend from one sign-in. */
  readonly familyId: string;
  /** How many rotations came before this token. */
  readonly generation: number;
}

/** A remember-me token taken apart. */
export interface RememberMeParts {
  /** Finds the series. */
  readonly selector: string;
  /** Proves possession; changes at every use. */
  readonly verifier: string;
}

/** A random id of 128 bits. */
export function mintId(crypto: Crypto): string {
  return randomText(crypto, idLength);
}

/**
 * An id for a record that need not be unguessable: its first characters tell the time, so that
 * records which are written one after another lie side by side in an index (RFC 9562 section 6.2).
 */
export function mintTimedId(crypto: Crypto, at: number): string {
  return digits(at, timeLength) + randomText(crypto, idLength - timeLength);
}

/** A random secret of 256 bits. */
export function mintSecret(crypto: Crypto): string {
  return randomText(crypto, secretLength);
}

/** A new session token: the value of the session cookie. */
export function mintSessionToken(crypto: Crypto): string {
  return withChecksum(`es_s_${mintSecret(crypto)}`);
}

/** A new refresh token of a family and generation. */
export function mintRefreshToken(crypto: Crypto, familyId: string, generation: number): string {
  return withChecksum(`es_r_${familyId}.${generation}.${mintSecret(crypto)}`);
}

/** A new remember-me token of a series. */
export function formatRememberMeToken(selector: string, verifier: string): string {
  return withChecksum(`es_m_${selector}.${verifier}`);
}

/** Whether a text has the length, prefix and checksum of a session token. */
export function isSessionToken(token: string): boolean {
  return token.length === sessionTokenLength && token.startsWith("es_s_") && hasChecksum(token);
}

/** Takes a refresh token apart, or gives null for anything else. */
export function parseRefreshToken(token: string): RefreshTokenParts | null {
  const match = /^es_r_([0-9A-Za-z]{22})\.(0|[1-9][0-9]{0,8})\.[0-9A-Za-z]{49}$/.exec(token);
  const [, familyId, generation] = match ?? [];
  if (familyId === undefined || generation === undefined || !hasChecksum(token)) return null;
  return { familyId, generation: Number(generation) };
}

/** Takes a remember-me token apart, or gives null for anything else. */
export function parseRememberMeToken(token: string): RememberMeParts | null {
  const match = /^es_m_([0-9A-Za-z]{22})\.([0-9A-Za-z]{43})[0-9A-Za-z]{6}$/.exec(token);
  const [, selector, verifier] = match ?? [];
  if (selector === undefined || verifier === undefined || !hasChecksum(token)) return null;
  return { selector, verifier };
}

/**
 * The form in which a secret is stored: SHA-256 over the tenant and the secret. The tenant's
 * length stands first, so that no pair of tenant and secret reads like another.
 */
export function hashSecret(crypto: Crypto, tenantId: string, secret: string): string {
  return crypto.sha256(`${tenantId.length}:${tenantId}:${secret}`);
}

/** An external id as it is hashed: never the text of a credential that a client could present. */
export function externalSecret(id: string): string {
  return `external:${id}`;
}

function randomText(crypto: Crypto, length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.randomBytes(length + 8)) {
      // 248 is the largest multiple of 62 below 256: rejecting the rest keeps every character
      // equally likely.
      if (byte < 248 && text.length < length) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}

function withChecksum(text: string): string {
  return text + digits(crc32(text, text.length), checksumLength);
}

/** A number in base 62, the largest digit first, so that texts sort as their numbers do. */
function digits(number: number, length: number): string {
  let rest = number;
  let text = "";
  while (text.length < length) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Reads the digits instead of writing them: this is done at every request. */
function hasChecksum(token: string): boolean {
  const end = token.length - checksumLength;
  let told = 0;
  for (let index = end; index < token.length; index += 1) {
    told = told * 62 + (digitOf[token.charCodeAt(index)] ?? Number.NaN);
  }
  return told === crc32(token, end);
}

const digitOf: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const digit = alphabet.indexOf(String.fromCharCode(code));
  return digit < 0 ? Number.NaN : digit;
});

/** One table for each of four characters that are taken at once. */
const [crc0, crc1, crc2, crc3] = crcTables();

function crcTables(): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const tables = [0, 1, 2, 3].map(() => new Int32Array(256)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (const table of tables) {
      for (let bit = 0; bit < 8; bit += 1) {
        value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
      }
      table[byte] = value;
    }
  }
  return tables;
}

/** CRC-32 (IEEE 802.3) of the first characters of an ASCII text. */
function crc32(text: string, length: number): number {
  let crc = -1;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    crc ^=
      (text.charCodeAt(at) & 0xff) |
      ((text.charCodeAt(at + 1) & 0xff) << 8) |
      ((text.charCodeAt(at + 2) & 0xff) << 16) |
      (text.charCodeAt(at + 3) << 24);
    crc =
      (crc3[crc & 0xff] as number) ^
      (crc2[(crc >>> 8) & 0xff] as number) ^
      (crc1[(crc >>> 16) & 0xff] as number) ^
      (crc0[crc >>> 24] as number);
  }
  for (; at < length; at += 1) {
    crc = (crc0[(crc ^ text.charCodeAt(at)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ -1) >>> 0;
}
