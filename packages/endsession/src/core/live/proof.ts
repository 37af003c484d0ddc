/**
 * Shows that ends were told by an instance of this installation: by whoever has its signing keys.
 * What is told without it is forgotten and not believed. Saying it again later makes it no less
 * true: what has ended stays ended.
 */
import type { Crypto } from "../crypto.ts";
import type { End } from "../feed.ts";

/** What only the instances know, the newest first: those of a key that was replaced do not count. */
export type Secrets = () => readonly string[];

const purpose = "endsession ends";

/** The proof that goes with ends; without a secret there is none. */
export function prove(crypto: Crypto, secrets: Secrets, ends: readonly End[]): string {
  const [secret] = secrets();
  return secret === undefined ? "" : crypto.mac(secret, purpose, textOf(ends));
}

/** Whether a proof is one of these very ends. */
export function isProven(
  crypto: Crypto,
  secrets: Secrets,
  ends: readonly End[],
  proof: string,
): boolean {
  const text = textOf(ends);
  return secrets().some((secret) => crypto.equal(crypto.mac(secret, purpose, text), proof));
}

function textOf(ends: readonly End[]): string {
  const fields = ends.map((end) => [
    end.tenantId,
    end.userId,
    end.sessionId,
    end.reason,
    end.auditId,
    end.epoch,
  ]);
  return JSON.stringify(fields);
}
