/**
 * What may never be shown: every value that was seen in a cookie, an Authorization header or a
 * token's place, and the password. In its place stands the beginning of its hash.
 */
import { createHash } from "node:crypto";
import type { Digest } from "../artifacts.ts";

/** Shorter values are no secrets, and replacing them would eat ordinary words. */
const shortest = 8;

const jwt = /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/gu;

export class Secrets {
  readonly #values = new Set<string>();

  /** Remembers a value, as it is, URL-decoded, and without the signature's parts. */
  add(value: string): void {
    if (value.length < shortest) return;
    this.#values.add(value);
    const decoded = decode(value);
    if (decoded !== value) this.#values.add(decoded);
    this.#values.add(encodeURIComponent(value));
    // Express's signed cookies: s:<id>.<signature>
    const id = /^s:([^.]{8,})\./u.exec(decoded)?.[1];
    if (id !== undefined) this.#values.add(id);
  }

  /** Even a short password is one. */
  addPassword(value: string): void {
    if (value !== "") this.#values.add(value).add(encodeURIComponent(value));
  }

  /** The text with every known secret, and all that looks like a JWT, cut to its hash. */
  cut(text: string): string {
    let cut = text;
    const longestFirst = [...this.#values].toSorted((a, b) => b.length - a.length);
    for (const value of longestFirst) {
      if (cut.includes(value)) cut = cut.replaceAll(value, digest(value));
    }
    return cut.replaceAll(jwt, (token) => digest(token));
  }

  /** As `cut`; the values of headers that are made of secrets go altogether. */
  cutHeader(name: string, value: string): string {
    switch (name.toLowerCase()) {
      case "cookie":
        return value.replaceAll(/=([^;]*)/gu, (_, secret: string) => `=${digest(secret)}`);
      case "set-cookie":
        return value.replace(
          // The value is empty where a cookie is deleted: no attribute may be taken for it.
          /^([^=;]*=)([^;]+)/u,
          (_, name: string, secret: string) => `${name}${digest(secret)}`,
        );
      case "authorization":
      case "proxy-authorization":
        return value.replace(
          /^(\S+\s+)?(.*)$/u,
          (_, scheme: string | undefined, secret: string) => {
            return `${scheme ?? ""}${digest(secret)}`;
          },
        );
      default:
        return this.cut(value);
    }
  }
}

/** The beginning of a value's SHA-256: equal values stay equal, and nothing else is told. */
export function digest(value: string): Digest {
  return `sha256:${createHash("sha256").update(value).digest("hex").slice(0, 8)}`;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
