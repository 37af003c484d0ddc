/** One-time passwords by time, RFC 6238 with its defaults: SHA-1, six digits, 30 seconds. */
import { createHmac } from "node:crypto";
import { ScanError } from "../scan-error.ts";

/**
 * The code for a moment.
 *
 * @param secret base32, as authenticator apps show it; spaces do not matter
 * @param now milliseconds since 1970
 */
export function totp(secret: string, now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 1_000_000).padStart(6, "0");
}

function fromBase32(secret: string): Buffer {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of secret.toUpperCase().replaceAll(/[\s=-]/gu, "")) {
    const value = alphabet.indexOf(letter);
    if (value < 0) {
      throw new ScanError("usage", "totpSecret is not base32: letters A to Z and digits 2 to 7.");
    }
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
      held &= (1 << bits) - 1;
    }
  }
  return Buffer.from(bytes);
}
