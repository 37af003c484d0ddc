/** Which hosts a scan may talk to: those that were named, and of the public ones none by default. */
import { isIP } from "node:net";
import { ScanError } from "../scan-error.ts";

export class Hosts {
  readonly #allowed: ReadonlySet<string>;

  /**
   * @param addresses base addresses and host names that were named by the user
   * @param allowedToTest whether the user said that public hosts are theirs to test
   * @throws ScanError when a host is public and the user has not said so
   */
  constructor(addresses: readonly string[], allowedToTest: boolean) {
    this.#allowed = new Set(addresses.map(hostOf));
    const strangers = [...this.#allowed].filter((host) => !isLocal(host));
    if (strangers.length > 0 && !allowedToTest) {
      throw new ScanError(
        "usage",
        `${strangers.join(", ")} is a public host. Scan only what you are allowed to test, and say so with --i-am-allowed-to-test.`,
      );
    }
  }

  /** For the browser's resolver, which knows no other host. */
  get names(): readonly string[] {
    return [...this.#allowed];
  }

  allows(url: string): boolean {
    return URL.canParse(url) && this.#allowed.has(new URL(url).hostname);
  }

  /** @throws ScanError when the address's host was not named */
  check(url: string): void {
    if (this.allows(url)) return;
    const host = URL.canParse(url) ? new URL(url).hostname : url;
    throw new ScanError(
      "usage",
      `${host} was not named, so nothing is sent there. Add it to "hosts" in the configuration if it belongs to the application.`,
    );
  }
}

/** @throws ScanError when it is neither an address nor the name of a host: a browser would take `*` for all */
function hostOf(address: string): string {
  const url = /^[a-z][a-z\d+.-]*:\/\//iu.test(address) ? address : `http://${address}`;
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  if (isIP(host) !== 0 || /^(?:\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)$/iu.test(host)) return host;
  throw new ScanError(
    "usage",
    `“${address}” names no host. Under "hosts", and with --host, a name like api.example is meant.`,
  );
}

/** Loopback, private networks (RFC 1918, RFC 4193), link-local, and names that only resolve there. */
export function isLocal(host: string): boolean {
  const name = host.replace(/^\[|\]$/gu, "").toLowerCase();
  if (isIP(name) === 4) {
    const [a = 0, b = 0] = name.split(".").map(Number);
    return (
      a === 127 ||
      name === "0.0.0.0" ||
      a === 10 ||
      (a === 172 && b >= 16 && b <= 31) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254)
    );
  }
  if (isIP(name) === 6) return name === "::1" || /^f[cd]/u.test(name) || /^fe[89ab]/u.test(name);
  return (
    name === "localhost" ||
    !name.includes(".") ||
    /\.(?:localhost|local|internal|test|home\.arpa)$/u.test(name)
  );
}
