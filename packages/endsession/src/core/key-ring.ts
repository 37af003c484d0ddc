/**
 * The keys that sign access tokens. They live in the store, so that every instance on it verifies
 * every other's tokens, and are sealed under the installation's secret where there is one.
 */
import {
  base64url,
  calculateJwkThumbprint,
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import type { Clock } from "./clock.ts";
import type { Crypto } from "./crypto.ts";
import { EndSessionError } from "./errors.ts";
import type { Settings } from "./settings.ts";
import type { SetSigningKeys, SigningKeyRecord } from "./acts.ts";
import type { Truth } from "./truth.ts";

/** A key ready for use. */
export interface SigningKey {
  readonly id: string;
  readonly algorithm: string;
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  /** What whoever has the key knows, and nobody else: derived from it, and of no use for signing. */
  readonly secret: string;
  /** The encoded header of every access token that it signs. */
  readonly header: string;
  /** Signs the payload of an access token. */
  readonly sign: (payload: string) => string | Promise<string>;
  /** Gives the payload of what it has signed, at once. */
  readonly open: ReturnType<Crypto["jwsOpener"]>;
}

/** The keys of an installation. The first signs, all verify. */
export interface KeyRing {
  /** The key that signs. */
  current(): SigningKey;
  /** The key of a `kid`, or undefined. Nothing that a token brings along is ever used (JW-02). */
  find(id: string): SigningKey | undefined;
  /** The secrets of the keys, that of the one that signs first. */
  secrets(): readonly string[];
  /** The key whose access tokens have this encoded header, or undefined. */
  ofHeader(header: string): SigningKey | undefined;
  /** The public keys, for the JWK Set (RFC 7517). */
  published(): readonly JWK[];
  /** The act that puts a new key in the place of all others: what they signed is void. */
  replacement(): Promise<SetSigningKeys>;
  /** The act that puts a new key before the others. Those that can have no live token go. */
  rotation(): Promise<SetSigningKeys>;
  /** Reads the keys anew once a minute, so that whoever signs follows another process's rotation. */
  followRotation(): Promise<void>;
  /** Reads the keys anew. */
  reload(): Promise<void>;
  /**
   * Reads the keys anew if an end of the whole installation, by whichever process, has replaced
   * them since. Says whether it did.
   */
  keepUp(installationEpoch: number): Promise<boolean>;
  /** Looks for a key that another process may have made. Asks the store once a second. */
  discover(id: string): Promise<SigningKey | undefined>;
}

/** What a key ring works with. */
export interface KeyRingOptions {
  readonly truth: Pick<Truth, "query" | "commit">;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly settings: Pick<Settings, "algorithm" | "secret">;
}

const sealPurpose = "endsession signing key";

/** The protected header of the access tokens of a key: JWTs of type `at+jwt` (RFC 9068). */
export function accessTokenHeader({ algorithm, id }: Pick<SigningKey, "algorithm" | "id">): {
  alg: string;
  kid: string;
  typ: string;
} {
  return { alg: algorithm, kid: id, typ: accessTokenType };
}

/** The `typ` of access tokens. */
export const accessTokenType = "at+jwt";

/**
 * Opens the keys. Makes the first one, seals what lay open before a secret was set, and signs
 * with a new key once another algorithm is set. Throws `ERR_SECRET_MISMATCH` when they do not
 * open.
 */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { truth } = options;
  await putInOrder(options);
  let keys: readonly SigningKey[] = [];
  let epoch = 0;
  let readAt = options.clock.now();
  let discoveredAt = 0;
  let discovering: Promise<void> | null = null;
  const reload = async (): Promise<void> => {
    const answer = await truth.query({ kind: "signing_keys" });
    keys = await Promise.all(answer.keys.map((record) => openKey(record, options)));
    epoch = answer.installationEpoch;
    readAt = options.clock.now();
  };
  await reload();
  const find = (id: string): SigningKey | undefined => keys.find((key) => key.id === id);
  return {
    current() {
      const [newest] = keys;
      if (newest) return newest;
      throw new EndSessionError("ERR_STORE_UNAVAILABLE", "The store has no signing key.");
    },
    find,
    secrets: () => keys.map(({ secret }) => secret),
    ofHeader: (header) => keys.find((key) => key.header === header),
    published: () => keys.map((key) => key.publicJwk),
    replacement: async () => ({
      kind: "set_signing_keys",
      from: keys.map(({ id }) => id),
      keys: [await makeKey(options)],
    }),
    async rotation() {
      const { keys: records } = await truth.query({ kind: "signing_keys" });
      const retired = options.clock.now() - verifyingTime;
      // A key signed until the one before it in the list was made.
      const kept = records.filter(
        (_, index) => (records[index - 1]?.createdAt ?? Infinity) > retired,
      );
      const from = records.map(({ id }) => id);
      return { kind: "set_signing_keys", from, keys: [await makeKey(options), ...kept] };
    },
    async followRotation() {
      const now = options.clock.now();
      if (Math.abs(now - readAt) < rotationInterval) return;
      readAt = now;
      // The keys at hand are good; a store that fails now is asked again in a minute.
      await reload().catch(() => undefined);
    },
    reload,
    async keepUp(installationEpoch) {
      if (installationEpoch === epoch) return false;
      await reload();
      return true;
    },
    async discover(id) {
      const now = options.clock.now();
      if (!discovering && Math.abs(now - discoveredAt) < discoveryInterval) return undefined;
      discovering ??= reload().finally(() => {
        discovering = null;
      });
      await discovering;
      discoveredAt = now;
      return find(id);
    },
  };
}

/** Tokens with invented key ids must not make every request ask the store. */
const discoveryInterval = 1000;
/** How soon an instance signs with a key that another process has made. */
const rotationInterval = 60_000;
/** Longer than any access token lives, and an instance takes to follow. */
const verifyingTime = 2 * 60 * 60_000;

async function putInOrder(options: KeyRingOptions): Promise<void> {
  const { truth, crypto, settings } = options;
  const { keys: records } = await truth.query({ kind: "signing_keys" });
  const { secret, algorithm } = settings;
  const keys = records.map((record) =>
    record.sealed || secret === null
      ? record
      : {
          ...record,
          sealed: true,
          privateJwk: crypto.seal(crypto.keyOfSecret(secret, sealPurpose), record.privateJwk),
        },
  );
  const [newest] = keys;
  if (newest?.algorithm !== algorithm) keys.unshift(await makeKey(options));
  if (keys.length === records.length && keys.every((key, index) => key === records[index])) return;
  const from = records.map(({ id }) => id);
  // Not done means that another process has put them in order first.
  await truth.commit([{ kind: "set_signing_keys", from, keys }]);
}

async function makeKey(options: KeyRingOptions): Promise<SigningKeyRecord> {
  const { crypto, clock, settings } = options;
  const { algorithm, secret } = settings;
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  return {
    id: await calculateJwkThumbprint(publicJwk),
    algorithm,
    publicJwk: JSON.stringify(publicJwk),
    privateJwk:
      secret === null
        ? privateJwk
        : crypto.seal(crypto.keyOfSecret(secret, sealPurpose), privateJwk),
    sealed: secret !== null,
    createdAt: clock.now(),
  };
}

async function openKey(record: SigningKeyRecord, options: KeyRingOptions): Promise<SigningKey> {
  const { crypto, settings } = options;
  const publicJwk: JWK = {
    ...(JSON.parse(record.publicJwk) as JWK),
    kid: record.id,
    alg: record.algorithm,
    use: "sig",
  };
  const privateText = unsealed(record, crypto, settings.secret);
  const privateJwk = JSON.parse(privateText) as JWK;
  const privateKey = (await importJWK(privateJwk, record.algorithm)) as CryptoKey;
  const header = base64url.encode(JSON.stringify(accessTokenHeader(record)));
  return {
    id: record.id,
    algorithm: record.algorithm,
    publicJwk,
    publicKey: (await importJWK(publicJwk, record.algorithm)) as CryptoKey,
    privateKey,
    secret: crypto.sha256(`endsession secret of ${privateText}`),
    header,
    sign: signer(record, privateJwk, privateKey, header, crypto),
    open: crypto.jwsOpener(record.algorithm, publicJwk),
  };
}

/** RSA takes a millisecond, in which other requests go on; elliptic curves take less than to wait. */
function signer(
  record: SigningKeyRecord,
  privateJwk: JWK,
  privateKey: CryptoKey,
  header: string,
  crypto: Crypto,
): SigningKey["sign"] {
  if (record.algorithm === "RS256") {
    return (payload) =>
      new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader(accessTokenHeader(record))
        .sign(privateKey);
  }
  const sign = crypto.jwsSigner(record.algorithm, privateJwk);
  return (payload) => sign(header, payload);
}

function unsealed(record: SigningKeyRecord, crypto: Crypto, secret: string | null): string {
  if (!record.sealed) return record.privateJwk;
  if (secret === null) {
    throw new EndSessionError(
      "ERR_SECRET_MISMATCH",
      'The signing keys in the store are sealed, and the setting "secret" is missing. ' +
        "Give the secret that this installation was started with.",
    );
  }
  const opened = crypto.open(crypto.keyOfSecret(secret, sealPurpose), record.privateJwk);
  if (opened !== null) return opened;
  throw new EndSessionError(
    "ERR_SECRET_MISMATCH",
    'The signing keys in the store are sealed under another value of the setting "secret". ' +
      "Give the secret that this installation was started with.",
  );
}
