/** What the tests of the bridges share: an application on a real server, and devices before it. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** An answer, read. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** A device that keeps cookies as a browser does. */
export interface Visitor {
  /** The cookies by name; a copy of it is what a thief holds. */
  readonly jar: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** A device that holds what this one holds now. */
  copy(): Visitor;
}

/** Serves an application until the test is over; gives its address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A new device in front of a server. */
export function visit(base: string, jar: Map<string, string> = new Map()): Visitor {
  const send = async (
    method: string,
    path: string,
    own: Record<string, string>,
    body?: unknown,
  ): Promise<Reply> => {
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    const form = body instanceof URLSearchParams;
    const headers = {
      ...(cookie && { cookie }),
      ...(body !== undefined && !form && { "content-type": "application/json" }),
      origin: base,
      "sec-fetch-site": "same-origin",
      ...own,
    };
    const answer = await fetch(base + path, {
      method,
      headers,
      redirect: "manual",
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) keep(jar, line);
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  return {
    jar,
    get: (path, headers = {}) => send("GET", path, headers),
    post: (path, body, headers = {}) => send("POST", path, headers, body),
    copy: () => visit(base, new Map(jar)),
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = ""] = line.split(";", 1);
  const at = pair.indexOf("=");
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  const expires = /; expires=([^;]+)/iu.exec(line)?.[1];
  const over = /; max-age=0/iu.test(line) || (expires && Date.parse(expires) < Date.now());
  if (over || value === "") jar.delete(name);
  else jar.set(name, value);
}

/** A promise with the function that resolves it. */
export function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
