/** Requests and answers as they travel: names and values in order, nothing merged. */
import type { Header } from "../artifacts.ts";

export interface Ask {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body?: string;
}

export interface Answer {
  readonly id: string;
  readonly ask: Ask;
  readonly by: string;
  /** Milliseconds since the scan began, when the request was sent. */
  readonly at: number;
  /** 0 when no answer came. */
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
  readonly took: number;
  readonly error?: string;
}

/** The first header of that name, or `null`. */
export function headerOf(headers: readonly Header[], name: string): string | null {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}

export function headersOf(headers: readonly Header[], name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

/** The headers without those names, with others in their place. */
export function withHeaders(
  headers: readonly Header[],
  changes: Readonly<Record<string, string | null>>,
): Header[] {
  const kept = headers.filter(([name]) => !(name.toLowerCase() in changes));
  const added = Object.entries(changes).filter(
    (change): change is [string, string] => change[1] !== null,
  );
  return [...kept, ...added];
}

/** Where a redirect leads, as an absolute address, or `null`. */
export function redirectOf(answer: Pick<Answer, "status" | "headers" | "ask">): string | null {
  if (answer.status < 300 || answer.status > 399) return null;
  const location = headerOf(answer.headers, "location");
  return location !== null && URL.canParse(location, answer.ask.url)
    ? new URL(location, answer.ask.url).href
    : null;
}
