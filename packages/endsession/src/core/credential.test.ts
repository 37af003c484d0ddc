import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../platform/node.ts";
import {
  credentialPattern,
  formatRememberMeToken,
  hashSecret,
  isSessionToken,
  mintId,
  mintRefreshToken,
  mintSecret,
  mintSessionToken,
  parseRefreshToken,
  parseRememberMeToken,
} from "./credential.ts";

const id = mintId(nodeCrypto);
const tokens = {
  session: mintSessionToken(nodeCrypto),
  refresh: mintRefreshToken(nodeCrypto, id, 12),
  rememberMe: formatRememberMeToken(id, mintSecret(nodeCrypto)),
};

const accepts = (token: string): boolean =>
  isSessionToken(token) ||
  parseRefreshToken(token) !== null ||
  parseRememberMeToken(token) !== null;

describe("opaque credentials", () => {
  it("SS-01: hold 256 random bits: 5,000 are unique and every character is as likely", () => {
    const secrets = Array.from({ length: 5000 }, () => mintSecret(nodeCrypto));
    expect(new Set(secrets).size).toBe(5000);
    expect(secrets.every((secret) => /^[0-9A-Za-z]{43}$/.test(secret))).toBe(true);
    const counts = new Map<string, number>();
    for (const character of secrets.join("")) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    const mean = (5000 * 43) / 62;
    // Six standard deviations: a biased alphabet fails, chance does not.
    const bound = 6 * Math.sqrt(mean);
    for (const count of counts.values()) expect(Math.abs(count - mean)).toBeLessThan(bound);
  });

  it("read back what they were made of", () => {
    expect(isSessionToken(tokens.session)).toBe(true);
    expect(parseRefreshToken(tokens.refresh)).toEqual({ familyId: id, generation: 12 });
    expect(parseRememberMeToken(tokens.rememberMe)?.selector).toBe(id);
  });

  it.each(Object.entries(tokens))("refuse every changed character of a %s token", (_, token) => {
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === "A" ? "B" : "A";
      expect(accepts(token.slice(0, index) + other + token.slice(index + 1))).toBe(false);
    }
  });

  it.each([
    "",
    "es_s_",
    "null",
    "es_s_".padEnd(54, "0"),
    `${tokens.session} `,
    `\0${tokens.session}`,
  ])("refuse the junk %j", (junk) => expect(accepts(junk)).toBe(false));

  it("are matched by the published pattern, and other text is not", () => {
    for (const token of Object.values(tokens)) expect(credentialPattern.test(token)).toBe(true);
    expect(credentialPattern.test("es_s_short")).toBe(false);
  });

  it("SS-02: are hashed with their tenant, so that no pair reads like another", () => {
    expect(hashSecret(nodeCrypto, "a", "b:c")).not.toBe(hashSecret(nodeCrypto, "a:b", "c"));
    expect(hashSecret(nodeCrypto, "a", "secret")).not.toBe(hashSecret(nodeCrypto, "b", "secret"));
  });
});

describe("sealing", () => {
  const open = (key: Uint8Array, sealed: string): string | null => nodeCrypto.open(key, sealed);
  const seal = (key: Uint8Array, text: string): string => nodeCrypto.seal(key, text);
  type KeyOf = (secret: string, purpose: string) => Uint8Array;
  const keyOfSecret: KeyOf = (secret, purpose) => nodeCrypto.keyOfSecret(secret, purpose);
  const keyOfToken: KeyOf = (token, purpose) => nodeCrypto.keyOfToken(token, purpose);

  it.each([
    ["an operator's secret", keyOfSecret],
    ["a token", keyOfToken],
  ])("opens only under the same key, of %s and a purpose", (_, keyOf) => {
    const key = keyOf("secret", "purpose");
    const sealed = seal(key, "text");
    expect(sealed).not.toContain("text");
    expect(seal(key, "text")).not.toBe(sealed);
    expect(open(keyOf("secret", "purpose"), sealed)).toBe("text");
    expect(open(keyOf("other", "purpose"), sealed)).toBeNull();
    expect(open(keyOf("secret", "other"), sealed)).toBeNull();
    expect(open(key, sealed.slice(0, 20))).toBeNull();
    expect(open(key, sealed.slice(0, 39))).toBeNull();
    expect(open(key, "")).toBeNull();
    const last = sealed.endsWith("A") ? "w" : "A";
    expect(open(key, sealed.slice(0, -1) + last)).toBeNull();
  });

  it("keys are what they were: what is sealed in a database must open in the next version", () => {
    const hmac = createHmac("sha256", "secret").update("purpose").digest();
    expect(Buffer.from(keyOfSecret("secret", "purpose"))).toEqual(hmac);
    const input = Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from("tokenpurpose")]);
    const digest = createHash("sha256").update(input).digest();
    expect(Buffer.from(keyOfToken("token", "purpose"))).toEqual(digest);
  });
});
