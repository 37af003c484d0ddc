/** A device: a browser context with a jar of its own, everything it sends, and what it holds. */
import type { Browser, BrowserContext, Cookie, Page } from "playwright-core";
import type { Header } from "../artifacts.ts";
import type { Hosts } from "../config/hosts.ts";
import { headersOf } from "../http/answer.ts";
import type { Answer, Ask } from "../http/answer.ts";
import { setCookiesOf } from "../http/cookies.ts";
import type { Log } from "../http/log.ts";
import type { Secrets } from "../http/secrets.ts";
import { ScanError } from "../scan-error.ts";
import { settle } from "./settle.ts";
import { Traffic } from "./traffic.ts";
import type { Seen } from "./traffic.ts";
import { watchPages } from "./watchdog.ts";

export interface DeviceWorld {
  readonly browser: Browser;
  readonly hosts: Hosts;
  readonly log: Log;
  readonly secrets: Secrets;
  /** Whether certificates that cannot be verified are accepted. */
  readonly insecure: boolean;
  /** Pages that crashed or hung, in words: what was seen with them proves nothing. */
  readonly lost: string[];
}

/** What a device held at one moment: enough to ask in its name from elsewhere. */
export interface Capture {
  readonly cookies: readonly Cookie[];
  /** Carrying headers, by name, with the latest value that was sent. */
  readonly headers: ReadonlyMap<string, string>;
  readonly storage: readonly StorageEntry[];
}

export interface StorageEntry {
  readonly store: "localStorage" | "sessionStorage";
  readonly key: string;
  readonly value: string;
}

export class Device {
  readonly name: string;
  readonly context: BrowserContext;
  readonly traffic: Traffic;
  page: Page;
  readonly #world: DeviceWorld;

  private constructor(
    name: string,
    context: BrowserContext,
    traffic: Traffic,
    page: Page,
    world: DeviceWorld,
  ) {
    this.name = name;
    this.context = context;
    this.traffic = traffic;
    this.page = page;
    this.#world = world;
  }

  static async open(
    world: DeviceWorld,
    name: string,
    options: {
      readonly httpCredentials?: { username: string; password: string };
      readonly storageState?: string;
    } = {},
  ): Promise<Device> {
    const context = await world.browser.newContext({
      ...options,
      ignoreHTTPSErrors: world.insecure,
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
    });
    context.setDefaultTimeout(8000);
    const traffic = new Traffic(context, name, world.hosts, world.log, world.secrets);
    watchPages(context, name, (why) => {
      world.log.step(name, "loses a page", { tone: "bad" });
      world.lost.push(why);
    });
    const page = await context.newPage();
    // A question of the page ("really sign out?") is answered with yes.
    context.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
    return new Device(name, context, traffic, page, world);
  }

  /** @throws ScanError when the address's host was not named */
  check(url: string): void {
    this.#world.hosts.check(url);
  }

  /**
   * Opens an address and waits until the page is at rest.
   *
   * @throws ScanError when nothing answers
   */
  async goto(url: string, page: Page = this.page): Promise<void> {
    this.check(url);
    try {
      await page.goto(url, { waitUntil: "domcontentloaded", timeout: 20_000 });
    } catch (error) {
      await this.traffic.settled();
      throw new ScanError(
        "cannot-judge",
        `${url} could not be opened: ${reasonOf(error)}.${this.traffic.leftHosts}`,
        { cause: error },
      );
    }
    await settle(page);
  }

  /** The text that a person would read; empty while the page is blanked. */
  async text(page: Page = this.page): Promise<string> {
    return page
      .evaluate(() => {
        const { body } = document;
        if (body === null) return "";
        const style = getComputedStyle(document.documentElement);
        const own = getComputedStyle(body);
        const dark = [style, own].some(
          (it) => it.visibility === "hidden" || it.display === "none" || it.opacity === "0",
        );
        return dark ? "" : body.innerText;
      })
      .catch(() => "");
  }

  async capture(page: Page = this.page): Promise<Capture> {
    await this.traffic.settled();
    const cookies = await this.context.cookies();
    for (const { name, value } of cookies) this.traffic.note("cookie", name, value);
    const headers = new Map<string, string>();
    for (const [key, values] of this.traffic.values) {
      const latest = values.at(-1);
      if (key.startsWith("header ") && latest !== undefined) headers.set(key.slice(7), latest);
    }
    return { cookies, headers, storage: await storageOf(page) };
  }

  /**
   * Takes over what an answer to a raw request set, so that the browser does not fall behind where
   * a credential is renewed by its use. Only what was presented is taken over: a request with part
   * of the cookies may be answered with a new session, which is none of the browser's.
   */
  async absorb({ ask, headers }: Answer): Promise<void> {
    const presented = new Set(
      headersOf(ask.headers, "cookie").flatMap((sent) =>
        sent.split("; ").map((pair) => pair.split("=")[0] ?? ""),
      ),
    );
    for (const { name, value, attributes, deletes } of setCookiesOf(headers)) {
      if (!presented.has(name) || deletes || value === "") continue;
      const held = (await this.context.cookies(ask.url)).find((it) => it.name === name);
      if (held === undefined || held.value === value) continue;
      this.traffic.note("cookie", name, value);
      const lasting = Number(attributes.get("max-age")) || 0;
      const { domain, path, httpOnly, secure, sameSite } = held;
      const expires = lasting > 0 ? Date.now() / 1000 + lasting : held.expires;
      await this.context
        .addCookies([{ name, value, domain, path, httpOnly, secure, sameSite, expires }])
        .catch(() => undefined);
    }
  }

  /** Milliseconds since the scan began. */
  now(): number {
    return this.#world.log.now();
  }

  /** A request that the browser must have sent without telling of it. */
  unseen(ask: Ask): Seen {
    const answer = this.#world.log.add({
      ask,
      by: this.name,
      at: this.now(),
      status: 0,
      headers: [],
      body: "",
      took: 0,
      error: "the browser did not tell of the answer",
    });
    return { ...answer, type: "document" };
  }

  async screenshot(page: Page = this.page): Promise<string | null> {
    const png = await page.screenshot({ timeout: 4000 }).catch(() => null);
    return png?.toString("base64") ?? null;
  }

  async close(): Promise<void> {
    await this.context.close().catch(() => undefined);
  }
}

/** The cookies of a capture that a browser sends to an address, longest path first (RFC 6265bis 5.8.3). */
export function cookiesFor(capture: Capture, url: string): Cookie[] {
  const { hostname, pathname, protocol } = new URL(url);
  const trusted =
    protocol === "https:" || /^(?:localhost|127\.|\[::1\])|\.localhost$/u.test(hostname);
  return capture.cookies
    .filter(({ domain, path, secure }) => {
      const host = domain.replace(/^\./u, "");
      const domainMatches = domain.startsWith(".")
        ? hostname === host || hostname.endsWith(`.${host}`)
        : hostname === host;
      const base = path.endsWith("/") ? path : `${path}/`;
      const pathMatches = pathname === path || `${pathname}/`.startsWith(base);
      return domainMatches && pathMatches && (!secure || trusted);
    })
    .toSorted((a, b) => b.path.length - a.path.length);
}

/** The carrying headers of a capture, as pairs. */
export function headersIn(capture: Capture, names: readonly string[]): Header[] {
  return names.flatMap((name): Header[] => {
    const value = capture.headers.get(name);
    return value === undefined ? [] : [[name, value]];
  });
}

async function storageOf(page: Page): Promise<StorageEntry[]> {
  return page
    .evaluate(() => {
      const entries: { store: "localStorage" | "sessionStorage"; key: string; value: string }[] =
        [];
      for (const store of ["localStorage", "sessionStorage"] as const) {
        for (const [key, value] of Object.entries(window[store])) {
          entries.push({ store, key, value: String(value) });
        }
      }
      return entries;
    })
    .catch(() => []);
}

/** Playwright's messages are several lines, of which the first says it. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ""] = message.split("\n");
  return explained(first.replace(/^page\.\w+:\s*/u, "").trim());
}

/** A message with what the browser's names for failures mean. */
export function explained(message: string): string {
  const said = message.replace(/\.$/u, "");
  const meant = meanings.find(([name]) => name.test(said))?.[1];
  return meant === undefined ? said : `${meant} (${said})`;
}

const meanings = [
  [/ERR_TOO_MANY_REDIRECTS/u, "it redirects in a circle"],
  [/ERR_CONNECTION_REFUSED/u, "nothing listens there"],
  [/ERR_NAME_NOT_RESOLVED/u, "no such host, or one that was not named"],
  [/ERR_CERT_/u, "its certificate cannot be verified; --insecure accepts it"],
  [/ERR_RESPONSE_HEADERS_TOO_BIG/u, "its headers are too large for a browser"],
  [/^Timeout/u, "it was not loaded in time"],
] as const;
