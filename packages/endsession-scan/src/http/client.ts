/**
 * A client that never signed in or out: it sends exactly the headers it is told, follows nothing,
 * keeps nothing, and uses a connection of its own for each request where that matters.
 */
import { Agent, request } from "undici";
import type { Header } from "../artifacts.ts";
import type { Hosts } from "../config/hosts.ts";
import type { Answer, Ask } from "./answer.ts";
import type { Log } from "./log.ts";

/** Of a body, no more than this is read, in bytes. */
const mostBody = 2_000_000;
/** An answer has to begin within this many milliseconds, and to end within twice as many. */
const patience = 15_000;

export class HttpClient {
  readonly #hosts: Hosts;
  readonly #log: Log;
  readonly #agent: Agent;

  /** @param insecure whether certificates that cannot be verified are accepted */
  constructor(hosts: Hosts, log: Log, insecure = false) {
    this.#hosts = hosts;
    this.#log = log;
    this.#agent = new Agent({
      connections: 16,
      headersTimeout: patience,
      bodyTimeout: patience,
      // As much as Chromium takes.
      maxHeaderSize: 256 * 1024,
      connect: { rejectUnauthorized: !insecure, timeout: patience },
    });
  }

  /** Sends one request. What goes wrong on the way is told by `status: 0` and `error`. */
  async send(ask: Ask, by: string, signal?: AbortSignal): Promise<Answer> {
    this.#hosts.check(ask.url);
    const at = this.#log.now();
    const began = performance.now();
    const told = { ask, by, at };
    const tired = AbortSignal.timeout(2 * patience);
    try {
      const response = await request(ask.url, {
        method: ask.method,
        headers: ask.headers.flat(),
        ...(ask.body === undefined ? {} : { body: ask.body }),
        dispatcher: this.#agent,
        signal: signal === undefined ? tired : AbortSignal.any([tired, signal]),
      });
      const body = await read(response.body);
      return this.#log.add({
        ...told,
        status: response.statusCode,
        headers: pairs(response.headers),
        body,
        took: performance.now() - began,
      });
    } catch (error) {
      const took = performance.now() - began;
      const why = tired.aborted ? `no end within ${(2 * patience) / 1000} s` : whyNot(error);
      return this.#log.add({ ...told, status: 0, headers: [], body: "", took, error: why });
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** Several addresses of one name fail together, without a message of their own. */
function whyNot(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return first instanceof Error ? first.message : String(first);
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBody) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function pairs(headers: Readonly<Record<string, string | string[] | undefined>>): Header[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): Header => [name, one]),
  );
}
