import { ScanError } from "../scan-error.ts";

/** The hosts that were allowed when the server was started. */
export class AllowedHosts {
  readonly #entries: readonly string[];

  /** @param entries host names, optionally with a port; compared exactly, without wildcards */
  constructor(entries: readonly string[]) {
    this.#entries = entries.map((entry) => entry.trim().toLowerCase());
  }

  /** @throws ScanError when the address is none, or its host was not allowed */
  check(url: string): URL {
    if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
      throw new ScanError("usage", "The url has to begin with http:// or https://.");
    }
    const address = new URL(url);
    if (address.username !== "" || address.password !== "") {
      throw new ScanError("usage", "The url must not carry a user name or a password.");
    }
    const name = address.hostname.replace(/^\[|\]$/gu, "");
    const port = address.port || (address.protocol === "https:" ? "443" : "80");
    const names = [name, address.hostname, address.host, `${address.hostname}:${port}`];
    if (this.#entries.some((entry) => names.includes(entry))) return address;
    const allowed = this.#entries.length === 0 ? "none" : this.#entries.join(", ");
    throw new ScanError(
      "usage",
      `${address.host} may not be scanned: this server was started for ${allowed}. Only a person can allow more, by --allow-host.`,
    );
  }
}
