/**
 * The denylist as a file, for verifiers that cannot ask: at the edge, or in another language. It is
 * a blocked Bloom filter over what has ended while access tokens of then may still live: a token
 * that is not on it is good, one that seems to be is for the service to judge. About two bytes an
 * end, and one in a thousand good tokens is asked about for nothing.
 *
 * Form: `ESD1`, then as big-endian numbers the number of blocks (4 bytes), of keys (4 bytes), and
 * the time it was made in milliseconds since 1970 (8 bytes); then the blocks of 64 bytes. A key is
 * hashed by SHA-256. Bytes 0 to 3 choose the block (modulo their number); each of the eight pairs
 * of bytes from 4 on names, modulo 512, a bit that is set in it; a byte's first bit is its highest.
 *
 * Keys: `sid:<sid>`, and `user:<tenant, URI-encoded>:<sub>:<auth_version>` for every epoch that is
 * over. A key that `tenant:<tenant>` or `all` has set speaks of everything.
 */
import type { Context } from "./context.ts";
import type { Crypto } from "./crypto.ts";
import type { End } from "./feed.ts";

/** `ESD1` */
const magic: readonly number[] = [0x45, 0x53, 0x44, 0x31];
const headerLength = 20;
const blockLength = 64;
/** 16 bits a key: 0.1 % of false alarms. */
const keysPerBlock = 32;
const bitsPerKey = 8;
const pageLength = 10_000;

/** What a verifier knows of an access token. */
export interface ListedClaims {
  readonly sid: string;
  readonly sub: string;
  readonly tenant: string;
  readonly auth_version: number;
}

/** Makes the denylist of this moment. */
export async function exportDenylist(context: Context): Promise<Uint8Array> {
  const { clock, settings, crypto } = context;
  const now = clock.now();
  const since = now - settings.accessTokenLifetime;
  const keys: string[] = [];
  for (let after: string | null = null; ;) {
    const page: readonly (End & { readonly place: string })[] = await context.truth.query({
      kind: "ends_since",
      at: since,
      after,
      limit: pageLength,
    });
    for (const end of page) keys.push(...keysOf(end));
    after = page.at(-1)?.place ?? null;
    if (page.length < pageLength) break;
  }
  return filterOf(crypto, keys, now);
}

/** Whether a denylist may mean this token: then the service must be asked. Throws for junk. */
export function mayBeDenied(crypto: Crypto, list: Uint8Array, claims: ListedClaims): boolean {
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  const blocks = list.byteLength < headerLength ? 0 : view.getUint32(4);
  const isList = magic.every((byte, index) => list[index] === byte);
  if (!isList || blocks === 0 || list.byteLength !== headerLength + blocks * blockLength) {
    throw new TypeError("These bytes are no denylist of endsession.");
  }
  const tenant = encodeURIComponent(claims.tenant);
  const { sid, sub, auth_version: version } = claims;
  return [`sid:${sid}`, `user:${tenant}:${sub}:${version}`, `tenant:${tenant}`, "all"].some((key) =>
    bitsOf(crypto, key, blocks).every((bit) => isSet(list, bit)),
  );
}

function keysOf({ tenantId, userId, sessionId, epoch, reason }: End): string[] {
  if (reason === null) return [];
  if (sessionId !== null) return [`sid:${sessionId}`];
  if (tenantId === null) return ["all"];
  const tenant = encodeURIComponent(tenantId);
  // The epoch before: older ones are over longer than tokens live, or were listed when they ended.
  return [userId === null ? `tenant:${tenant}` : `user:${tenant}:${userId}:${(epoch ?? 1) - 1}`];
}

/** The file of some keys. */
export function filterOf(crypto: Crypto, keys: readonly string[], at: number): Uint8Array {
  const blocks = Math.max(1, Math.ceil(keys.length / keysPerBlock));
  const list = new Uint8Array(headerLength + blocks * blockLength);
  const view = new DataView(list.buffer);
  list.set(magic);
  view.setUint32(4, blocks);
  view.setUint32(8, keys.length);
  view.setBigUint64(12, BigInt(at));
  for (const key of keys) {
    for (const bit of bitsOf(crypto, key, blocks)) {
      const byte = headerLength + (bit >> 3);
      list[byte] = (list[byte] ?? 0) | (0x80 >> (bit & 7));
    }
  }
  return list;
}

function isSet(list: Uint8Array, bit: number): boolean {
  return ((list[headerLength + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0;
}

/** The positions of a key's bits among all bits. */
function bitsOf(crypto: Crypto, key: string, blocks: number): number[] {
  const hash = crypto.sha256Bytes(key);
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  const block = (view.getUint32(0) % blocks) * blockLength * 8;
  return Array.from({ length: bitsPerKey }, (_, index) => {
    return block + (view.getUint16(4 + 2 * index) % (blockLength * 8));
  });
}
