/**
 * Node's requests and responses, translated. Works for `node:http`, Express, Connect and whatever
 * else passes `(req, res, next)`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ClientInfo } from "../http/exchange.ts";
import type { RequestHead } from "../http/settings.ts";

/** A request as frameworks on `node:http` extend it. */
export type NodeRequest = IncomingMessage & {
  /** Express: the URL before routers stripped their mount path. */
  readonly originalUrl?: string;
  /** What a body parser has left, once it has consumed the stream. */
  readonly body?: unknown;
};

/** Goes on to the next handler, or reports an error. */
export type Next = (error?: unknown) => void;

/** The head of a Node request. */
export function headOf(request: NodeRequest): RequestHead {
  const { headers } = request;
  return {
    method: request.method ?? "GET",
    url: urlOf(request),
    headers: {
      get(name) {
        const value = headers[name];
        return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
      },
    },
  };
}

/** Who is at the other end of the connection. Forwarded headers are not believed. */
export function clientOf(request: NodeRequest): ClientInfo {
  return { address: request.socket.remoteAddress ?? null };
}

/** A fetch request with the same head and body. */
export function toRequest(request: NodeRequest): Request {
  const head = headOf(request);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one);
  }
  if (head.method === "GET" || head.method === "HEAD") {
    return new Request(head.url, { method: head.method, headers });
  }
  // A body parser that ran before has consumed the stream: its result is written anew.
  if (request.readableEnded && request.body !== undefined) {
    const body = rewritten(request.body, headers.get("content-type") ?? "");
    return new Request(head.url, { method: head.method, headers, body });
  }
  const body = ReadableStream.from(request);
  return new Request(head.url, { method: head.method, headers, body, duplex: "half" });
}

/** Sends a fetch response. Set-Cookie headers stay apart, twins of a name included. */
export async function send(response: Response, to: ServerResponse): Promise<void> {
  to.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") to.setHeader(name, value);
  }
  appendCookies(response.headers.getSetCookie(), to);
  to.end(await response.text());
}

/** Adds Set-Cookie headers behind those that are there. */
export function appendCookies(cookies: readonly string[], to: ServerResponse): void {
  if (cookies.length > 0) to.appendHeader("set-cookie", cookies);
}

function rewritten(parsed: unknown, contentType: string): string {
  const isForm = contentType.startsWith("application/x-www-form-urlencoded");
  return isForm
    ? new URLSearchParams(parsed as Record<string, string>).toString()
    : JSON.stringify(parsed);
}

function urlOf(request: NodeRequest): string {
  const scheme = "encrypted" in request.socket && request.socket.encrypted ? "https" : "http";
  const path = request.originalUrl ?? request.url ?? "/";
  const origin = `${scheme}://${request.headers.host ?? "localhost"}`;
  const url = path.startsWith("/") ? origin + path : path;
  return URL.canParse(url) ? url : `${scheme}://localhost/`;
}
