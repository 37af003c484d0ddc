/**
 * A device that speaks raw HTTP: no header and no cookie goes out that the test did not ask for,
 * and every Set-Cookie line stays visible.
 */
import { request } from "undici";

/** What a request may carry. */
export interface Call {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as it is; give the content type yourself. */
  readonly body?: string;
  /** The Cookie header (default what the jar holds); null for none. */
  readonly cookie?: string | null;
  /** An access token, or the service credential. */
  readonly bearer?: string;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The Set-Cookie lines, one each, in their order. */
  readonly setCookies: readonly string[];
  readonly text: string;
}

/** The parts of a Set-Cookie line. Names of attributes are in lower case. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads a body as JSON. */
export function json<T = Record<string, unknown>>(answer: Answer): T {
  return JSON.parse(answer.text) as T;
}

/** Takes a Set-Cookie line apart. */
export function parseSetCookie(line: string): SetCookie {
  const [pair = "", ...rest] = line.split(";").map((part) => part.trim());
  const [name, value] = halves(pair);
  const attributes = rest.map(halves).map(([key, text]) => [key.toLowerCase(), text] as const);
  return { name, value, attributes: Object.fromEntries(attributes) };
}

/** A device with a cookie jar of its own. */
export class Device {
  /** Names and values, as they would be sent. */
  readonly jar: Map<string, string> = new Map<string, string>();
  readonly #base: () => string;
  readonly #headers: Readonly<Record<string, string>>;

  /** `base` is asked for at each request, since a restarted demo has another port. */
  constructor(base: () => string, headers: Readonly<Record<string, string>> = {}) {
    this.#base = base;
    this.#headers = headers;
  }

  /** The origin that it talks to. */
  get origin(): string {
    return this.#base();
  }

  /** The Cookie header of the jar; null when it is empty. */
  cookieHeader(): string | null {
    if (this.jar.size === 0) return null;
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Sends a request; redirects are not followed. Set-Cookie lines change the jar. */
  async send(method: string, path: string, call: Call = {}): Promise<Answer> {
    const cookie = call.cookie === undefined ? this.cookieHeader() : call.cookie;
    const headers: Record<string, string | string[]> = {
      ...this.#headers,
      ...(cookie === null ? {} : { cookie }),
      ...(call.bearer === undefined ? {} : { authorization: `Bearer ${call.bearer}` }),
      ...contentType(call),
      ...call.headers,
    };
    const body = bodyOf(call);
    const answer = await request(this.#base() + path, {
      method: method as "GET",
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const setCookies = [answer.headers["set-cookie"] ?? []].flat();
    for (const line of setCookies) this.#keep(parseSetCookie(line));
    const single = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(single) as Record<string, string>,
      setCookies,
      text: await answer.body.text(),
    };
  }

  /** A GET. */
  get(path: string, call: Call = {}): Promise<Answer> {
    return this.send("GET", path, call);
  }

  /** A POST. */
  post(path: string, call: Call = {}): Promise<Answer> {
    return this.send("POST", path, call);
  }

  /** A form as a browser posts it from one of the site's own pages. */
  submit(path: string, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const headers = {
      accept: "text/html,application/xhtml+xml",
      origin: this.origin,
      "sec-fetch-site": "same-origin",
    };
    return this.send("POST", path, { form, headers });
  }

  #keep({ name, value, attributes }: SetCookie): void {
    if (attributes["max-age"] === "0") this.jar.delete(name);
    else this.jar.set(name, value);
  }
}

function halves(text: string): [string, string] {
  const at = text.indexOf("=");
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function contentType({ json: value, form }: Call): Record<string, string> {
  if (value !== undefined) return { "content-type": "application/json" };
  return form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
}

function bodyOf({ json: value, form, body }: Call): string | undefined {
  if (value !== undefined) return JSON.stringify(value);
  return form === undefined ? body : new URLSearchParams(form).toString();
}
