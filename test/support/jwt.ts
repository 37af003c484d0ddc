/** Tokens taken apart, and tokens as an attacker would make them. */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  sign,
} from "node:crypto";

/** The header or the claims of a JWT. */
export type Part = Readonly<Record<string, unknown>>;

/** The header of a JWT, unverified. */
export function headerOf(token: string): Part {
  return decode(token.split(".")[0] ?? "");
}

/** The claims of a JWT, unverified. */
export function claimsOf(token: string): Part {
  return decode(token.split(".")[1] ?? "");
}

/** Forgeries of a live access token, each by a name that says what is wrong with it. */
export function forgeriesOf(token: string, published: JsonWebKey): Record<string, string> {
  const [head = "", body = "", signature = ""] = token.split(".");
  const header = headerOf(token);
  const claims = claimsOf(token);
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = own.publicKey.export({ format: "jwk" });
  const own256 = (changed: Part): string => es256(changed, claims, own.privateKey.export(pkcs8));
  const pem = createPublicKey({ key: published, format: "jwk" }).export({
    type: "spki",
    format: "pem",
  });
  return {
    "alg none without a signature": `${encode({ ...header, alg: "none" })}.${body}.`,
    "alg none with the old signature": `${encode({ ...header, alg: "none" })}.${body}.${signature}`,
    "alg None": `${encode({ ...header, alg: "None" })}.${body}.`,
    "HS256 under the public key as JSON": hs256(header, claims, JSON.stringify(published)),
    "HS256 under the public key as PEM": hs256(header, claims, pem),
    "HS256 under the x coordinate": hs256(header, claims, String(published.x)),
    "HS256 under an empty key": hs256(header, claims, ""),
    "a key of the attacker in jwk": own256({ ...header, jwk }),
    "a key of the attacker in jwk, without kid": own256({ ...header, kid: undefined, jwk }),
    "a key of the attacker behind jku": own256({
      ...header,
      jku: "https://evil.example/jwks.json",
    }),
    "a key of the attacker under the right kid": own256(header),
    "an unknown kid": own256({ ...header, kid: "unknown" }),
    "another user's sub": `${head}.${encode({ ...claims, sub: "somebody-else" })}.${signature}`,
    "a later exp": `${head}.${encode({ ...claims, exp: 4_102_444_800 })}.${signature}`,
    "a flipped byte in the payload": `${head}.${flip(body)}.${signature}`,
    "a flipped byte in the signature": `${head}.${body}.${flip(signature)}`,
    "no signature": `${head}.${body}.`,
    "only two parts": `${head}.${body}`,
  };
}

/** A token as the installation itself would sign it: its own key, whatever is asked for. */
export function signWith(jwk: JsonWebKey, header: Part, claims: Part): string {
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return es256(header, claims, key.export(pkcs8));
}

/** The same token with the other of the two signatures that ES256 accepts: s becomes n - s. */
export function twinSignature(token: string): string {
  const [head = "", body = "", signature = ""] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const order = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const other = order - BigInt(`0x${bytes.subarray(32).toString("hex")}`);
  const s = Buffer.from(other.toString(16).padStart(64, "0"), "hex");
  return `${head}.${body}.${Buffer.concat([bytes.subarray(0, 32), s]).toString("base64url")}`;
}

const pkcs8 = { type: "pkcs8", format: "pem" } as const;

function es256(header: Part, claims: Part, privateKey: string | Buffer): string {
  const input = `${encode(header)}.${encode(claims)}`;
  const key = { key: createPrivateKey(privateKey), dsaEncoding: "ieee-p1363" } as const;
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

function hs256(header: Part, claims: Part, key: string | Buffer): string {
  const input = `${encode({ ...header, alg: "HS256" })}.${encode(claims)}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}

/** Changes a character in the middle, where every bit counts. */
function flip(text: string): string {
  const middle = Math.floor(text.length / 2);
  const other = text[middle] === "A" ? "B" : "A";
  return text.slice(0, middle) + other + text.slice(middle + 1);
}

function encode(part: Part): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function decode(part: string): Part {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as Part;
}
