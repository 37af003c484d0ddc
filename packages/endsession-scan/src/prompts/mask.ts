/** A second lock: artifacts come without secrets, and a prompt leaves the house. */
import { digest, Secrets } from "../http/secrets.ts";

const nothing = new Secrets();

/** The text without anything that looks like a token, should some have come so far. */
export function masked(text: string): string {
  return nothing.cut(text);
}

/** Artifacts hold hashes where secrets were; whatever is no hash there becomes one. */
export function maskedValue(name: string, value: string): string {
  switch (name.toLowerCase()) {
    case "cookie":
      return value.replaceAll(/=([^;]*)/gu, (_, secret: string) => `=${hashed(secret)}`);
    case "set-cookie":
      return value.replace(
        /^([^=;]*=)([^;]+)/u,
        (_, name: string, secret: string) => `${name}${hashed(secret)}`,
      );
    case "authorization":
      return value.replace(
        /^(\S+\s+)?(.*)$/u,
        (_, scheme: string | undefined, secret: string) => `${scheme ?? ""}${hashed(secret)}`,
      );
    default:
      return masked(value);
  }
}

function hashed(secret: string): string {
  return secret === "" || /^"?sha256:[\da-f]{8}"?$/u.test(secret) ? secret : digest(secret);
}
