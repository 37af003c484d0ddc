/**
 * What a device is called in a list for people: "Firefox on Windows", "curl". Read from the user
 * agent and, where the browser sends them, the client hints. A label, never a proof.
 */
import Bowser from "bowser";

/** A device as people recognise it. */
export interface Device {
  /** The name in a list: browser and system, or the name of the program. */
  readonly name: string;
  /** The browser's or program's family, such as `Firefox` or `curl`; null when unknown. */
  readonly browser: string | null;
  /** The system's family, such as `Windows`; null when unknown. */
  readonly platform: string | null;
}

/** The headers that tell something about a device. */
export interface DeviceHints {
  /** `User-Agent`. */
  readonly userAgent: string | null;
  /** `Sec-CH-UA`, the brands. */
  readonly brands?: string | null;
  /** `Sec-CH-UA-Platform`, a quoted name. */
  readonly platform?: string | null;
  /** `Sec-CH-UA-Platform-Version`, a quoted version; tells Windows 11 from 10. */
  readonly platformVersion?: string | null;
}

/** Programs that are no browsers: bowser knows none of them. */
const programs: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^curl\//i, "curl"],
  [/^wget\//i, "Wget"],
  [/^httpie\//i, "HTTPie"],
  [/^postmanruntime\//i, "Postman"],
  [/^insomnia\//i, "Insomnia"],
  [/^okhttp\//i, "OkHttp"],
  [/^python-requests\//i, "Python Requests"],
  [/^python-httpx\//i, "Python HTTPX"],
  [/^aiohttp\/|\baiohttp\//i, "Python aiohttp"],
  [/^go-http-client\//i, "Go"],
  [/^(?:node|undici)\b/i, "Node.js"],
  [/^axios\//i, "Axios"],
  [/^dart\//i, "Dart"],
  [/^java\/|^apache-httpclient\//i, "Java"],
  [/\bCFNetwork\//, "Apple app"],
];

const maxLength = 512;

/** Names a device. Long or broken headers give "Unknown device", never an error. */
export function describeDevice(hints: DeviceHints): Device {
  const agent = printable(hints.userAgent ?? "").slice(0, maxLength);
  const program = programs.find(([pattern]) => pattern.test(agent));
  if (program) return { name: program[1], browser: program[1], platform: null };
  const { browser, os } = agent === "" ? { browser: {}, os: {} } : parse(agent);
  const family = brandName(hints.brands) ?? browser.name ?? null;
  const platform = platformName(hints) ?? os.name ?? null;
  return { name: label(family, platform), browser: family, platform: familyOf(platform) };
}

/**
 * Whether a credential moved to another kind of device. Unknown parts count for nothing: a
 * browser that stops sending hints is still the same browser.
 */
export function deviceChanged(before: Device, now: Device): boolean {
  const differs = (a: string | null, b: string | null): boolean =>
    a !== null && b !== null && a !== b;
  return differs(before.browser, now.browser) || differs(before.platform, now.platform);
}

function parse(agent: string): { browser: { name?: string }; os: { name?: string } } {
  try {
    return Bowser.parse(agent);
  } catch {
    return { browser: {}, os: {} };
  }
}

/** Brands that a browser sends beside its own name. */
const knownBrands: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/"Microsoft Edge"/, "Microsoft Edge"],
  [/"Opera"/, "Opera"],
  [/"Brave"/, "Brave"],
  [/"Google Chrome"/, "Chrome"],
];

function brandName(brands: string | null | undefined): string | null {
  if (!brands) return null;
  return knownBrands.find(([pattern]) => pattern.test(brands))?.[1] ?? null;
}

function platformName(hints: DeviceHints): string | null {
  const name = printable(hints.platform ?? "")
    .replaceAll('"', "")
    .slice(0, 32);
  if (name === "" || name === "Unknown") return null;
  if (name !== "Windows") return name;
  // Windows 11 reports platform versions from 13 on; the user agent still says 10.
  const version = Number.parseInt((hints.platformVersion ?? "").replaceAll('"', ""), 10);
  return version >= 13 ? "Windows 11" : name;
}

function familyOf(platform: string | null): string | null {
  return platform?.startsWith("Windows") === true ? "Windows" : platform;
}

function label(browser: string | null, platform: string | null): string {
  if (browser !== null && platform !== null) return `${browser} on ${platform}`;
  return browser ?? platform ?? "Unknown device";
}

/** Keeps control characters out of lists and logs (ASVS 16.4.1). */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, "");
}
