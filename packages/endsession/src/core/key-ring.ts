/**
 * The keys that sign access tokens. They live in the store, so that every instance on it verifies
 * every other's tokens, and are sealed under the installation's secret where there is one.
 */
import {
  calculateJwkThumbprint,
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
import type { SigningKeyRecord } from "./acts.ts";
import type { Store } from "./store.ts";

/** A key ready for use. */
export interface SigningKey {
  readonly id: string;
  readonly algorithm: string;
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** The keys of an installation. The newest signs, all verify. */
export interface KeyRing {
  /** The key that signs. */
  current(): SigningKey;
  /** The key of a `kid`, or undefined. Nothing that a token brings along is ever used (JW-02). */
  find(id: string): SigningKey | undefined;
  /** The public keys, for the JWK Set (RFC 7517). */
  published(): readonly JWK[];
}

const sealPurpose = "endsession signing key";

/** Loads the keys, making the first one. Throws `ERR_SECRET_MISMATCH` when they do not open. */
export async function openKeyRing(
  store: Store,
  crypto: Crypto,
  clock: Clock,
  settings: Pick<Settings, "algorithm" | "secret">,
): Promise<KeyRing> {
  let records = await store.query({ kind: "signing_keys" });
  if (records.length === 0) {
    const key = await makeKey(crypto, clock, settings);
    await store.commit([{ kind: "add_signing_key", key }]);
    records = await store.query({ kind: "signing_keys" });
  }
  const keys = await Promise.all(records.map((record) => openKey(record, crypto, settings.secret)));
  const byId = new Map(keys.map((key) => [key.id, key]));
  const [newest] = keys;
  if (!newest) throw new EndSessionError("ERR_STORE_UNAVAILABLE", "The store kept no signing key.");
  return {
    current: () => newest,
    find: (id) => byId.get(id),
    published: () => keys.map((key) => key.publicJwk),
  };
}

async function makeKey(
  crypto: Crypto,
  clock: Clock,
  settings: Pick<Settings, "algorithm" | "secret">,
): Promise<SigningKeyRecord> {
  const { algorithm, secret } = settings;
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  return {
    id: await calculateJwkThumbprint(publicJwk),
    algorithm,
    publicJwk: JSON.stringify(publicJwk),
    privateJwk: secret === null ? privateJwk : crypto.seal(secret, sealPurpose, privateJwk),
    sealed: secret !== null,
    createdAt: clock.now(),
  };
}

async function openKey(
  record: SigningKeyRecord,
  crypto: Crypto,
  secret: string | null,
): Promise<SigningKey> {
  const publicJwk: JWK = {
    ...(JSON.parse(record.publicJwk) as JWK),
    kid: record.id,
    alg: record.algorithm,
    use: "sig",
  };
  const privateJwk = JSON.parse(unsealed(record, crypto, secret)) as JWK;
  return {
    id: record.id,
    algorithm: record.algorithm,
    publicJwk,
    publicKey: (await importJWK(publicJwk, record.algorithm)) as CryptoKey,
    privateKey: (await importJWK(privateJwk, record.algorithm)) as CryptoKey,
  };
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
  try {
    return crypto.open(secret, sealPurpose, record.privateJwk);
  } catch (cause) {
    throw new EndSessionError(
      "ERR_SECRET_MISMATCH",
      'The signing keys in the store are sealed under another value of the setting "secret". ' +
        "Give the secret that this installation was started with.",
      { cause },
    );
  }
}
