/** Probes as a test names them, made into questions; what would sign out or change is refused. */
import { Hosts, isLocal } from "../config/hosts.ts";
import { signOutAddress } from "../discover/words.ts";
import type { Question } from "../probe/probe.ts";
import { ScanError } from "../scan-error.ts";

/** A request whose answer tells whether its sender is signed in. It is sent often, so it only reads. */
export interface ProbeRequest {
  /** Absolute, or relative to `baseUrl`. */
  readonly url: string;
  /** Default: `GET`. `POST` is for what reads by it, such as GraphQL. */
  readonly method?: "GET" | "HEAD" | "POST";
  /** Headers that a stranger sends, too. What authenticates belongs to what is captured. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A value that is no string is sent as JSON. Default: none. */
  readonly body?: unknown;
}

export type Probes = string | ProbeRequest | readonly (string | ProbeRequest)[];

const methods = ["GET", "HEAD", "POST"];
const credentials = ["authorization", "cookie", "proxy-authorization"];

/** @throws ScanError of kind `usage` when one of them cannot be asked, or must not be */
export function questionsOf(
  probes: Probes,
  base: string | null,
  carrierHeaders: readonly string[],
): Question[] {
  const all = [probes].flat();
  if (all.length === 0) throw new ScanError("usage", "capture() needs at least one probe.");
  return all.map((probe) => {
    const request: ProbeRequest = typeof probe === "string" ? { url: probe } : probe;
    const { url, method = "GET", headers = {}, body } = request;
    const address = addressOf(url, base);
    if (!methods.includes(method) || signOutAddress.test(new URL(address).pathname)) {
      throw new ScanError(
        "usage",
        `${method} ${address} is no probe: it is sent again and again, so it must only read.`,
      );
    }
    const given = Object.entries(headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    const credential = given.find(([name]) => credentials.includes(name));
    if (credential !== undefined) {
      throw new ScanError(
        "usage",
        `The headers of a probe are sent by strangers, too: give ${credential[0]} in the first argument of capture(), { cookies, headers }.`,
      );
    }
    const json = body !== undefined && typeof body !== "string";
    const text = json ? JSON.stringify(body) : body;
    const own = new Map<string, string>([
      ["accept", "*/*"],
      ...(json ? [["content-type", "application/json"] as const] : []),
      ...given,
    ]);
    return {
      method,
      url: address,
      kind: "api",
      headers: [...own].filter(([name]) => !carrierHeaders.includes(name)),
      carrierHeaders,
      ...(text === undefined ? {} : { body: text }),
    };
  });
}

/** An absolute address of http or https. */
export function addressOf(url: string, base: string | null): string {
  const address = URL.canParse(url)
    ? new URL(url)
    : base !== null && URL.canParse(url, base)
      ? new URL(url, base)
      : null;
  if (address === null || !/^https?:$/u.test(address.protocol)) {
    throw new ScanError(
      "usage",
      `“${url}” is no address that can be asked: make it absolute, or give capture() a baseUrl such as "http://localhost:3000".`,
    );
  }
  address.hash = "";
  return address.href;
}

/** @throws ScanError of kind `usage` when a host is public and the test does not say that it may */
export function hostsOf(questions: readonly Question[], allowedToTest: boolean): Hosts {
  const addresses = questions.map(({ url }) => url);
  const stranger = addresses.map((url) => new URL(url).hostname).find((host) => !isLocal(host));
  if (stranger !== undefined && !allowedToTest) {
    throw new ScanError(
      "usage",
      `${stranger} is a public host. Test only what you are allowed to test, and say so with allowedToTest: true.`,
    );
  }
  return new Hosts(addresses, allowedToTest);
}
