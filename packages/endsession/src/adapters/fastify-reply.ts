/** A request and a reply of Fastify 5, as much of them as is used, and how answers are sent. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, toResponse } from "../http/answer.ts";
import type { Carrier } from "./acts.ts";
import { clientOf, headOf, refuseLateAnswer } from "./node.ts";

/** A request of Fastify, as much of it as is used. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly body?: unknown;
}

/** A reply of Fastify, as much of it as is used. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  code(status: number): unknown;
  header(name: string, value: string | string[]): unknown;
  send(payload?: unknown): unknown;
}

/** Goes on, or reports an error. */
export type Done = (error?: Error) => void;

/** A hook `onRequest`, `preValidation` or `preHandler`. */
export type OnRequest = (request: FastifyRequestLike, reply: FastifyReplyLike, done: Done) => void;

/** Sends what `work` gives; null passes on, and so does an error. */
export async function answering(
  { raw }: FastifyRequestLike,
  reply: FastifyReplyLike,
  done: Done,
  work: () => Promise<Answer | null>,
): Promise<void> {
  let failure: Error | undefined;
  try {
    const answer = await work();
    if (answer) return send(answer, raw, reply);
  } catch (error) {
    failure = error as Error;
  }
  done(failure);
}

/** Sends by Fastify's own means, so that the headers and hooks of its plugins count. */
function send(answer: Answer, raw: IncomingMessage, reply: FastifyReplyLike): void {
  const { status, headers, cookies, body } = answer;
  refuseLateAnswer(status, raw, reply.raw);
  if (body instanceof ReadableStream) return void reply.send(toResponse(answer));
  reply.code(status);
  for (const name in headers) reply.header(name, headers[name] ?? "");
  addCookies(reply, cookies);
  // A body that nobody has read to its end must not be taken for the next request.
  if (!raw.complete && raw.httpVersionMajor === 1) reply.header("connection", "close");
  // Not as text, to whose type Fastify would add a charset.
  reply.send(body === null ? undefined : Buffer.from(body));
  raw.resume();
}

/** Adds Set-Cookie headers, and forbids caches to store the answer. */
export function setCookies(reply: FastifyReplyLike, cookies: readonly string[]): void {
  addCookies(reply, cookies);
  reply.header("cache-control", "no-store");
}

/** A reply's headers replace those that a middleware has set on Node's response: they move over. */
function addCookies(reply: FastifyReplyLike, cookies: readonly string[]): void {
  if (cookies.length === 0) return;
  const set = reply.raw.getHeader("set-cookie") ?? [];
  reply.raw.removeHeader("set-cookie");
  reply.header("set-cookie", [...[set].flat().map(String), ...cookies]);
}

/** A request and its reply, for the functions that handlers call. */
export function carrierOf(request: FastifyRequestLike, reply: FastifyReplyLike): Carrier {
  return {
    head: headOf(request.raw),
    client: clientOf(request.raw),
    request,
    headSent: reply.raw.headersSent,
    setCookies: (cookies) => setCookies(reply, cookies),
  };
}
