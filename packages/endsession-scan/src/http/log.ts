/** Everything that was asked and answered, by id; what reports show of it comes out redacted. */
import type { Exchange, Step } from "../artifacts.ts";
import type { Answer } from "./answer.ts";
import type { Secrets } from "./secrets.ts";

/** Of a body, reports show this many characters. */
const excerpt = 600;

export class Log {
  readonly steps: Step[] = [];
  readonly #began = performance.now();
  readonly #answers = new Map<string, Answer>();
  readonly #told: (step: Step) => void;

  /** @param told hears of each step as it happens, for the progress line */
  constructor(told: (step: Step) => void = () => undefined) {
    this.#told = told;
  }

  /** Milliseconds since the scan began. */
  now(): number {
    return Math.round(performance.now() - this.#began);
  }

  add(answer: Omit<Answer, "id">): Answer {
    const id = `x${this.#answers.size + 1}`;
    const added = { ...answer, id };
    this.#answers.set(id, added);
    return added;
  }

  /** Notes what a person would tell of the scan. */
  step(by: string, what: string, more: Pick<Step, "exchange" | "tone"> = {}): void {
    const step = { at: this.now(), by, what, ...more };
    this.steps.push(step);
    this.#told(step);
  }

  /** All answers, in the order in which they came. */
  told(): readonly { headers: Answer["headers"]; body: string; url: string }[] {
    return [...this.#answers.values()].map(({ headers, body, ask }) => ({
      headers,
      body,
      url: ask.url,
    }));
  }

  /** The exchanges of those ids, fit to be shown. */
  exchanges(ids: ReadonlySet<string>, secrets: Secrets): Record<string, Exchange> {
    const shown = [...this.#answers.values()].filter(({ id }) => ids.has(id));
    return Object.fromEntries(shown.map((answer) => [answer.id, redacted(answer, secrets)]));
  }
}

/** An exchange as it may be shown. */
export function redacted(answer: Answer, secrets: Secrets): Exchange {
  const { id, at, by, ask, status, headers, body, took, error } = answer;
  return {
    id,
    at,
    by,
    method: ask.method,
    url: secrets.cut(ask.url),
    requestHeaders: ask.headers.map(([name, value]) => [name, secrets.cutHeader(name, value)]),
    ...(ask.body === undefined ? {} : { requestBody: secrets.cut(ask.body).slice(0, excerpt) }),
    status,
    headers: headers.map(([name, value]) => [name, secrets.cutHeader(name, value)]),
    body: secrets.cut(body.slice(0, 4 * excerpt)).slice(0, excerpt),
    took: Math.round(took),
    ...(error === undefined ? {} : { error }),
  };
}
