/**
 * Node's requests and responses, translated. Works for `node:http`, Express, Connect and whatever
 * else passes `(req, res, next)`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "../http/answer.ts";
import type { ClientInfo } from "../http/exchange.ts";
import { formType, mediaTypeOf } from "../http/body.ts";
import { BodyText, type Incoming } from "../http/incoming.ts";
import { Problem } from "../http/problem.ts";
import type { RequestHead } from "../http/settings.ts";
import type { Carrier } from "./acts.ts";
import { isHost } from "./host.ts";

/** A request as frameworks on `node:http` extend it. */
export type NodeRequest = IncomingMessage & {
  /** Express: the URL before routers stripped their mount path. */
  readonly originalUrl?: string;
  /** What a body parser has left, once it has consumed the stream. */
  readonly body?: unknown;
};

/** Goes on to the next handler, or reports an error. */
export type Next = (error?: unknown) => void;

/** The head of a Node request. Made at every check, so it copies nothing. */
export function headOf(request: NodeRequest): RequestHead {
  return new NodeHead(request);
}

/** A Node request with its body, `parsed` being what a body parser has left of it. */
export function incomingOf(request: NodeRequest, parsed: unknown = request.body): Incoming {
  return new NodeIncoming(request, parsed);
}

/** The path of a head's URL. Asked at every request, so the usual path is not parsed. */
export function pathOf({ url }: RequestHead): string {
  return plainUrl.exec(url)?.[1] ?? new URL(url).pathname;
}

/** Without dots and percent signs, which parsing might take for segments such as `..`. */
const plainUrl = /^https?:\/\/[^/?#\\]+(\/[\w/~!$&'()*+,;=:@-]*)(?:\?|$)/;

class NodeHead implements RequestHead {
  protected readonly request: NodeRequest;
  readonly method: string;
  readonly headers: NodeHeaders;

  constructor(request: NodeRequest) {
    this.request = request;
    this.method = request.method ?? "GET";
    this.headers = new NodeHeaders(request.headers);
  }

  /** Only where it is asked for: most checks need none. */
  get url(): string {
    return urlOf(this.request);
  }
}

class NodeHeaders {
  readonly #headers: NodeRequest["headers"];

  constructor(headers: NodeRequest["headers"]) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    return textOf(this.#headers[name]) ?? null;
  }

  *[Symbol.iterator](): Iterator<[name: string, value: string]> {
    for (const [name, value] of Object.entries(this.#headers)) yield [name, textOf(value) ?? ""];
  }
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}

class NodeIncoming extends NodeHead implements Incoming {
  readonly #parsed: unknown;

  constructor(request: NodeRequest, parsed: unknown) {
    super(request);
    this.#parsed = parsed;
  }

  get bodyLost(): boolean {
    return this.request.readableEnded && this.#parsed === undefined && hadBody(this.request);
  }

  async text(most: number): Promise<string | null> {
    const body = new BodyText(most);
    if (this.request.readableEnded) {
      // A body parser that ran before has consumed the stream: its result is written anew.
      return body.add(bytesOf(this.#rewritten())) ? body.end() : null;
    }
    try {
      // The stream stays open when the reader turns away: `send` drains what is left.
      for await (const part of this.request.iterator({ destroyOnReturn: false })) {
        if (!body.add(bytesOf(part as string | Uint8Array))) return null;
      }
    } catch (error) {
      if (!this.request.destroyed) throw error;
      throw unreadable("The client left before all of the body had come.");
    }
    return body.end();
  }

  #rewritten(): string | Uint8Array {
    const parsed = this.#parsed ?? "";
    if (typeof parsed === "string" || parsed instanceof Uint8Array) return parsed;
    if (mediaTypeOf(this.headers.get("content-type")) === formType) return formOf(parsed);
    try {
      return JSON.stringify(parsed);
    } catch {
      throw unreadable("The body is nested too deeply.");
    }
  }
}

/** The form that a parser has read: a field that came twice is a list, `a[b]` is an object. */
function formOf(parsed: object): string {
  const form = new URLSearchParams();
  for (const [name, given] of Object.entries(parsed)) {
    for (const value of [given].flat() as unknown[]) {
      if (typeof value === "string") form.append(name, value);
      else form.append(`${name}[]`, "");
    }
  }
  return form.toString();
}

function bytesOf(part: string | Uint8Array): Uint8Array {
  return typeof part === "string" ? Buffer.from(part) : part;
}

function unreadable(sentence: string): Problem {
  return new Problem("invalidRequest", { detail: `${sentence} Nothing was changed.` });
}

/** Who is at the other end of the connection. Forwarded headers are not believed. */
export function clientOf(request: NodeRequest): ClientInfo {
  return new NodeClient(request);
}

class NodeClient implements ClientInfo {
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage) {
    this.#request = request;
  }

  /** Only where it is asked for: most checks need none. */
  get address(): string | null {
    return this.#request.socket.remoteAddress ?? null;
  }
}

/** Sends an answer. Set-Cookie headers stay apart, twins of a name included. */
export async function send(
  { status, headers, cookies, body }: Answer,
  request: IncomingMessage,
  to: ServerResponse,
): Promise<void> {
  refuseLateAnswer(status, request, to);
  to.statusCode = status;
  for (const name in headers) to.setHeader(name, headers[name] ?? "");
  appendCookies(cookies, to);
  if (body instanceof ReadableStream) return stream(body, to);
  // A body that nobody has read to its end must not be taken for the next request.
  if (!request.complete && request.httpVersionMajor === 1) to.setHeader("connection", "close");
  to.end(body ?? "");
  request.resume();
}

/** Sends what comes as it comes, until either side has enough. */
async function stream(body: ReadableStream<Uint8Array>, to: ServerResponse): Promise<void> {
  // Whoever has left before the answer was ready: no event tells of it any more.
  if (to.destroyed) return body.cancel();
  const reader = body.getReader();
  to.once("close", () => void reader.cancel().catch(() => undefined));
  to.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    to.write(value);
  }
  to.end();
}

/** A request and its response, for the functions that handlers call. */
export function carrierOf(req: IncomingMessage, res: ServerResponse): Carrier {
  return {
    head: headOf(req),
    client: clientOf(req),
    request: req,
    headSent: res.headersSent,
    setCookies: (cookies) => setCookies(res, cookies),
  };
}

/** Adds Set-Cookie headers, and forbids caches to store the answer. */
export function setCookies(to: ServerResponse, cookies: readonly string[]): void {
  appendCookies(cookies, to);
  to.setHeader("cache-control", "no-store");
}

/** Adds Set-Cookie headers behind those that are there. */
function appendCookies(cookies: readonly string[], to: ServerResponse): void {
  if (cookies.length > 0) to.appendHeader("set-cookie", cookies);
}

/**
 * Throws when the head of the response is gone already. The connection is closed: whoever asked
 * must not take what was sent for the answer.
 */
export function refuseLateAnswer(
  status: number,
  { method, url }: IncomingMessage,
  to: ServerResponse,
): void {
  if (!to.headersSent) return;
  to.destroy();
  throw new TypeError(
    `endsession answered ${method} ${url} with ${status}, but the head of the response had been ` +
      "sent before. Mount endsession before whatever sends something.",
  );
}

/** Whether a request came with a body. */
export function hadBody({ headers }: NodeRequest): boolean {
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

function urlOf(request: NodeRequest): string {
  const target = request.originalUrl ?? request.url ?? "/";
  if (target.startsWith("/")) return originOf(request) + target;
  // As proxies are asked, with a host of its own.
  const url = URL.canParse(target) ? new URL(target) : null;
  const isPlain = url && /^https?:$/.test(url.protocol) && url.username + url.password === "";
  return isPlain ? url.href : `${originOf(request)}/`;
}

function originOf(request: NodeRequest): string {
  const scheme = "encrypted" in request.socket && request.socket.encrypted ? "https" : "http";
  const host = request.headers.host ?? authorityOf(request) ?? "";
  return `${scheme}://${isHost(host) ? host : "localhost"}`;
}

/** HTTP/2 names the host in a pseudo-header. */
function authorityOf({ headers }: NodeRequest): string | undefined {
  const authority = headers[":authority"];
  return typeof authority === "string" ? authority : undefined;
}
