/**
 * Node's requests and responses, translated. Works for `node:http`, Express, Connect and whatever
 * else passes `(req, res, next)`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ClientInfo } from "../http/exchange.ts";
import type { RequestHead } from "../http/settings.ts";
import { textOf } from "../http/text-response.ts";
import type { Carrier } from "./acts.ts";

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

class NodeHead implements RequestHead {
  readonly #request: NodeRequest;
  readonly method: string;
  readonly headers: NodeHeaders;

  constructor(request: NodeRequest) {
    this.#request = request;
    this.method = request.method ?? "GET";
    this.headers = new NodeHeaders(request.headers);
  }

  /** Only where it is asked for: most checks need none. */
  get url(): string {
    return urlOf(this.#request);
  }
}

class NodeHeaders {
  readonly #headers: NodeRequest["headers"];

  constructor(headers: NodeRequest["headers"]) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    const value = this.#headers[name];
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  }
}

/** Who is at the other end of the connection. Forwarded headers are not believed. */
export function clientOf(request: NodeRequest): ClientInfo {
  return { address: request.socket.remoteAddress ?? null };
}

/** A fetch request with the same head and body, `parsed` being what a body parser has left of it. */
export function toRequest(request: NodeRequest, parsed: unknown = request.body): Request {
  const head = headOf(request);
  const headers = new Headers();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(index, index + 2);
    if (!name.startsWith(":")) headers.append(name, value);
  }
  if (head.method === "GET" || head.method === "HEAD") {
    return new Request(head.url, { method: head.method, headers });
  }
  // A body parser that ran before has consumed the stream: its result is written anew.
  if (request.readableEnded && parsed === undefined && hadBody(request)) {
    return withBodyUsed(new Request(head.url, { method: head.method, headers, body: "lost" }));
  }
  if (request.readableEnded && parsed !== undefined) {
    const body = rewritten(parsed, headers.get("content-type") ?? "");
    return new Request(head.url, { method: head.method, headers, body });
  }
  // The stream stays open when the reader turns away: `send` drains what is left.
  const body = ReadableStream.from(request.iterator({ destroyOnReturn: false }));
  return new Request(head.url, { method: head.method, headers, body, duplex: "half" });
}

/** Sends a fetch response. Set-Cookie headers stay apart, twins of a name included. */
export async function send(
  response: Response,
  request: IncomingMessage,
  to: ServerResponse,
): Promise<void> {
  refuseLateAnswer(response, request, to);
  to.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") to.setHeader(name, value);
  }
  appendCookies(response.headers.getSetCookie(), to);
  if (response.headers.get("content-type") === "text/event-stream" && response.body) {
    return stream(response.body, to);
  }
  const body = await textOf(response);
  // A body that nobody has read to its end must not be taken for the next request.
  if (!request.complete && request.httpVersionMajor === 1) to.setHeader("connection", "close");
  to.end(body);
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

/** A request whose body cannot be read any more, by which the routes know that it is lost. */
function withBodyUsed(request: Request): Request {
  void request.body?.cancel();
  return request;
}

/**
 * Throws when the head of the response is gone already. The connection is closed: whoever asked
 * must not take what was sent for the answer.
 */
export function refuseLateAnswer(
  { status }: Response,
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

function rewritten(parsed: unknown, contentType: string): string | Uint8Array<ArrayBuffer> {
  if (typeof parsed === "string") return parsed;
  if (parsed instanceof Uint8Array) return new Uint8Array(parsed);
  const isForm = contentType.startsWith("application/x-www-form-urlencoded");
  return isForm
    ? new URLSearchParams(parsed as Record<string, string>).toString()
    : JSON.stringify(parsed);
}

const plainOrigin = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

function urlOf(request: NodeRequest): string {
  const scheme = "encrypted" in request.socket && request.socket.encrypted ? "https" : "http";
  const path = request.originalUrl ?? request.url ?? "/";
  const origin = `${scheme}://${request.headers.host ?? authorityOf(request) ?? "localhost"}`;
  // The usual case needs no parsing: a plain host and a path.
  if (path.startsWith("/") && plainOrigin.test(origin)) return origin + path;
  const url = path.startsWith("/") ? origin + path : path;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  // `Request` refuses credentials in a URL; nobody who means well sends any.
  return parsed && parsed.username + parsed.password === "" ? url : `${scheme}://localhost/`;
}

/** HTTP/2 names the host in a pseudo-header. */
function authorityOf({ headers }: NodeRequest): string | undefined {
  const authority = headers[":authority"];
  return typeof authority === "string" ? authority : undefined;
}
