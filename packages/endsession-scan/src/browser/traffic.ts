/** What a device's browser sends and receives, and every credential that is seen in it. */
import type { BrowserContext, Request, WebSocket } from "playwright-core";
import type { Header } from "../artifacts.ts";
import type { Hosts } from "../config/hosts.ts";
import type { Answer } from "../http/answer.ts";
import { setCookiesOf } from "../http/cookies.ts";
import type { Log } from "../http/log.ts";
import type { Secrets } from "../http/secrets.ts";
import { carrierHeaders } from "../probe/carriers.ts";
import { isOfScript, watchActivity } from "./settle.ts";

/** A request of the page, with Playwright's name for what it was for. */
export interface Seen extends Answer {
  readonly type: string;
}

export interface Channel {
  readonly kind: "WebSocket" | "SSE";
  readonly url: string;
}

/** Of documents and API answers the bodies are kept, up to this many characters. */
const mostBody = 500_000;
/** Of all bodies of a device together, this many: a page that asks for ever must not fill the memory. */
const mostBodies = 100_000_000;
/** How long what is still being written down is waited for, in milliseconds. */
const mostWait = 3000;
/** An answer whose body its script has not read after so many milliseconds counts by its head. */
const unread = 1000;

export class Traffic {
  readonly seen: Seen[] = [];
  readonly channels: Channel[] = [];
  /** Every value that a cookie or a carrying header had, the latest last; names as `cookie x`, `header y`. */
  readonly values = new Map<string, string[]>();
  readonly #hosts: Hosts;
  readonly #log: Log;
  readonly #secrets: Secrets;
  readonly #by: string;
  readonly #pending = new Set<Promise<void>>();
  #kept = 0;
  #elsewhere: string | null = null;

  constructor(context: BrowserContext, by: string, hosts: Hosts, log: Log, secrets: Secrets) {
    this.#hosts = hosts;
    this.#log = log;
    this.#secrets = secrets;
    this.#by = by;
    /** Script's requests that are answered, and not yet finished. */
    const answered = new Map<Request, () => void>();
    const recorded = new WeakSet<Request>();
    const finished = (request: Request, withBody = true): void => {
      answered.get(request)?.();
      if (recorded.has(request)) return;
      recorded.add(request);
      this.#track(this.#record(request, withBody));
    };
    context.on("requestfinished", (request) => {
      finished(request);
    });
    context.on("requestfailed", (request) => {
      finished(request);
    });
    // A stream never finishes, nor does an answer that its script does not read: the head has to do.
    context.on("response", (response) => {
      const request = response.request();
      const type = response.headers()["content-type"] ?? "";
      if (type.startsWith("text/event-stream")) {
        this.channels.push({ kind: "SSE", url: response.url() });
        finished(request, false);
      } else if (isOfScript(request) && !recorded.has(request)) {
        const timer = setTimeout(() => {
          finished(request, false);
        }, unread);
        const read = new Promise<void>((resolve) => {
          answered.set(request, () => {
            clearTimeout(timer);
            answered.delete(request);
            resolve();
          });
        });
        this.#track(read);
      }
    });
    context.on("page", (page) => {
      watchActivity(page);
      page.on("websocket", (socket: WebSocket) => {
        this.channels.push({ kind: "WebSocket", url: socket.url() });
      });
    });
  }

  /** Waits until what has been answered is written down; a page that asks for ever is not waited for. */
  async settled(): Promise<void> {
    const until = performance.now() + mostWait;
    while (this.#pending.size > 0 && performance.now() < until) {
      const tired = new Promise<void>((resolve) => setTimeout(resolve, mostWait).unref());
      await Promise.race([Promise.all(this.#pending), tired]);
    }
  }

  /** The latest value of a carrier, as last sent or set. */
  latest(kind: "cookie" | "header", name: string): string | undefined {
    return this.values.get(`${kind} ${name}`)?.at(-1);
  }

  /** What to say where the browser was led to a host that was not named, else nothing. */
  get leftHosts(): string {
    return this.#elsewhere === null
      ? ""
      : ` It leads to ${this.#elsewhere}, which was not named, so nothing is sent there: add it to "hosts" in the configuration, or with --host, if it belongs to the application.`;
  }

  note(kind: "cookie" | "header", name: string, value: string): void {
    if (value === "") return;
    this.#secrets.add(kind === "header" ? value.replace(/^\S+\s+/u, "") : value);
    const key = `${kind} ${name}`;
    const known = this.values.get(key) ?? [];
    this.values.set(key, [...known.filter((it) => it !== value), value]);
  }

  #track(work: Promise<void>): void {
    const done = work.catch(() => undefined).finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  async #record(request: Request, withBody = true): Promise<void> {
    const url = request.url();
    if (!/^https?:/u.test(url)) return;
    if (!this.#hosts.allows(url)) {
      if (request.isNavigationRequest() && request.frame().parentFrame() === null)
        this.#elsewhere = new URL(url).hostname;
      return;
    }
    const took = Math.max(request.timing().responseEnd, 0);
    const at = Math.round(this.#log.now() - took);
    const response = await request.response().catch(() => null);
    const headers = (await request.headersArray().catch(() => [])).map(pair);
    const answered =
      response === null ? [] : (await response.headersArray().catch(() => [])).map(pair);
    const type = request.resourceType();
    const readable =
      withBody && this.#kept < mostBodies && ["document", "xhr", "fetch", "other"].includes(type);
    const body = readable && response !== null ? await response.text().catch(() => "") : "";
    this.#kept += Math.min(body.length, mostBody);
    const sent = request.postData();
    const answer = this.#log.add({
      ask: { method: request.method(), url, headers, ...(sent === null ? {} : { body: sent }) },
      by: this.#by,
      at,
      status: response?.status() ?? 0,
      headers: answered,
      body: body.slice(0, mostBody),
      took,
      ...(response === null ? { error: request.failure()?.errorText ?? "no answer" } : {}),
    });
    this.seen.push({ ...answer, type });
    this.#noteCarriers(answer);
  }

  #noteCarriers(answer: Answer): void {
    for (const [name, value] of answer.ask.headers) {
      if (name.toLowerCase() !== "cookie") continue;
      for (const part of value.split("; ")) {
        const equals = part.indexOf("=");
        if (equals > 0) this.note("cookie", part.slice(0, equals), part.slice(equals + 1));
      }
    }
    for (const [name, value] of carrierHeaders(answer.ask.headers))
      this.note("header", name, value);
    for (const cookie of setCookiesOf(answer.headers)) {
      if (!cookie.deletes) this.note("cookie", cookie.name, cookie.value);
    }
  }
}

function pair({ name, value }: { readonly name: string; readonly value: string }): Header {
  return [name, value];
}
