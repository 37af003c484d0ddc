/** Requests in no framework's terms: a head, and a body that is read where a route takes one. */
import type { RequestHead } from "./settings.ts";

/** A request. */
export interface Incoming extends RequestHead {
  readonly headers: RequestHead["headers"] & Iterable<readonly [name: string, value: string]>;
  /** Whether something else has read the body, and nothing is left of it. */
  readonly bodyLost: boolean;
  /** The body as text, empty where there is none; null for one of more than `most` bytes. */
  text(most: number): Promise<string | null>;
}

/** A fetch request. */
export function fromRequest(request: Request): Incoming {
  const { method, url, headers } = request;
  return {
    method,
    url,
    headers,
    bodyLost: request.bodyUsed && headers.get("content-length") !== "0",
    async text(most) {
      if (request.body === null || request.bodyUsed) return "";
      const reader = (request.body as ReadableStream<Uint8Array>).getReader();
      const body = new BodyText(most);
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (body.add(part.value)) continue;
        void reader.cancel().catch(() => undefined);
        return null;
      }
      return body.end();
    },
  };
}

/** The text of a body that comes in parts. */
export class BodyText {
  readonly #most: number;
  readonly #decoder = new TextDecoder();
  #length = 0;
  #text = "";

  /** @param most how many bytes it may have */
  constructor(most: number) {
    this.#most = most;
  }

  /** False when that is more than it may have. */
  add(part: Uint8Array): boolean {
    this.#length += part.byteLength;
    if (this.#length > this.#most) return false;
    this.#text += this.#decoder.decode(part, { stream: true });
    return true;
  }

  end(): string {
    return this.#text + this.#decoder.decode();
  }
}
