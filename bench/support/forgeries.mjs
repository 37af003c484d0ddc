// @ts-check
/** Credentials that nobody issued, and the key by which that shows. */
import { createPublicKey, randomBytes } from "node:crypto";

/**
 * An access token with another's signature: everything else about it is right.
 * @param {string} genuine
 */
export function forge(genuine) {
  const [header, payload] = genuine.split(".");
  return `${header}.${payload}.${randomBytes(64).toString("base64url")}`;
}

/** Looks like a session cookie; its checksum is wrong. */
export function junkCookie() {
  const letters = randomBytes(49)
    .toString("base64")
    .replaceAll(/[^0-9A-Za-z]/g, "x");
  return `es_s_${letters.slice(0, 49)}`;
}

/**
 * The public key of an access token, from the published key set.
 * @param {import("endsession").EndSession} endsession
 * @param {string} token
 */
export async function keyOf(endsession, token) {
  const url = "http://127.0.0.1/.well-known/jwks.json";
  const answer = await endsession.handler.fetch(new Request(url));
  /** @type {{ keys: (import("node:crypto").JsonWebKey & { kid: string, alg: string })[] }} */
  const { keys } = JSON.parse(await answer.text());
  /** @type {{ kid: string, alg: string }} */
  const header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
  const jwk = keys.find(({ kid }) => kid === header.kid);
  if (!jwk) throw new Error("the key of an access token is not published");
  const algorithm = header.alg === "EdDSA" ? null : "sha256";
  return { key: createPublicKey({ key: jwk, format: "jwk" }), algorithm };
}
