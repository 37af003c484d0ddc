/** The doors to the world on Node.js: its clocks and its cryptography. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  type JsonWebKey,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import type { Clock, Timers } from "../core/clock.ts";
import type { Crypto } from "../core/crypto.ts";

/** The system's clocks. */
export const nodeClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Node's timers, which keep no process alive. */
export const nodeTimers: Timers = {
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  soon(call) {
    setImmediate(call);
  },
};

const nonceLength = 12;
const tagLength = 16;

/** Node's own cryptography. */
export const nodeCrypto: Crypto = {
  randomBytes: (length) => drawn(length),
  sha256: (text) => hash("sha256", text, "base64url"),
  fingerprint: (text) => hash("sha256", text, "binary"),
  sha256Bytes: (text) => createHash("sha256").update(text).digest(),
  keyOfSecret,
  keyOfToken: (token, purpose) =>
    Buffer.from(hash("sha256", `\0\0\0\u0001${token}${purpose}`, "binary"), "binary"),
  seal(key, plaintext) {
    const nonce = drawn(nonceLength);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const body = cipher.update(plaintext, "utf8");
    cipher.final();
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
  },
  open(key, sealed) {
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length < nonceLength + tagLength) return null;
    const nonce = bytes.subarray(0, nonceLength);
    const tag = bytes.subarray(nonceLength, nonceLength + tagLength);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagLength });
    decipher.setAuthTag(tag);
    const body = bytes.subarray(nonceLength + tagLength);
    try {
      return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
    } catch {
      return null;
    }
  },
  mac: (secret, purpose, text) =>
    createHmac("sha256", keyOfSecret(secret, purpose)).update(text).digest("base64url"),
  jwsOpener(algorithm, publicJwk) {
    const digest = digestOf(algorithm);
    const key = createPublicKey({ key: publicJwk as JsonWebKey, format: "jwk" });
    const by = { key, dsaEncoding } as const;
    return (jws) => {
      const end = jws.lastIndexOf(".");
      const signature = jws.slice(end + 1);
      const bytes = Buffer.from(signature, "base64url");
      if (end < 0 || bytes.toString("base64url") !== signature) return null;
      const signed = jws.slice(0, end);
      if (!verify(digest, Buffer.from(signed, "latin1"), by, bytes)) return null;
      return Buffer.from(signed.slice(signed.indexOf(".") + 1), "base64url").toString("utf8");
    };
  },
  jwsSigner(algorithm, privateJwk) {
    const digest = digestOf(algorithm);
    const key = createPrivateKey({ key: privateJwk as JsonWebKey, format: "jwk" });
    const by = { key, dsaEncoding } as const;
    return (header, payload) => {
      const signed = `${header}.${Buffer.from(payload, "utf8").toString("base64url")}`;
      return `${signed}.${sign(digest, Buffer.from(signed, "latin1"), by).toString("base64url")}`;
    };
  },
  equal(a, b) {
    const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(a), digest(b));
  },
};

/** The form of ECDSA signatures in a JWS (RFC 7518 section 3.4); other algorithms have but one. */
const dsaEncoding = "ieee-p1363";

/** What is signed; Ed25519 hashes by itself. */
function digestOf(algorithm: string): "sha256" | null {
  return algorithm === "EdDSA" ? null : "sha256";
}

/** One call of the system serves many secrets; no byte is given out twice. */
const poolLength = 8192;
let pool = Buffer.alloc(0);
let used = 0;

function drawn(length: number): Uint8Array {
  if (length > poolLength) return randomBytes(length);
  if (used + length > pool.length) {
    pool = randomBytes(poolLength);
    used = 0;
  }
  const bytes = Uint8Array.prototype.slice.call(pool, used, used + length);
  // What was given out is nowhere else.
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}

/** One HMAC expands a secret that is uniform already. */
function keyOfSecret(secret: string, purpose: string): Buffer {
  return createHmac("sha256", secret).update(purpose).digest();
}
