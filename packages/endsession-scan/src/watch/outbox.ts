/** Alerts on their way to the webhook: in order, again at the next round when it fails. */

/** Sends one body as JSON. Rejects when it did not arrive. */
export type Post = (url: string, body: unknown) => Promise<void>;

export type OutboxEvent<Letter> =
  | { readonly kind: "delivered"; readonly alert: Letter }
  | { readonly kind: "webhook-failed"; readonly reason: string; readonly waiting: number };

/** More than this are not kept; the oldest go first. */
const most = 100;
const patience = 10_000;

export class Outbox<Letter> {
  readonly #waiting: Letter[] = [];
  readonly #send: (letter: Letter) => Promise<void>;
  readonly #told: (event: OutboxEvent<Letter>) => void;

  constructor(send: (letter: Letter) => Promise<void>, told: (event: OutboxEvent<Letter>) => void) {
    this.#send = send;
    this.#told = told;
  }

  put(letter: Letter): void {
    this.#waiting.push(letter);
    if (this.#waiting.length > most) this.#waiting.shift();
  }

  /** Sends what waits, until something fails. Never rejects. */
  async deliver(): Promise<void> {
    for (;;) {
      const [letter] = this.#waiting;
      if (letter === undefined) return;
      try {
        await this.#send(letter);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#told({ kind: "webhook-failed", reason, waiting: this.#waiting.length });
        return;
      }
      this.#waiting.shift();
      this.#told({ kind: "delivered", alert: letter });
    }
  }
}

/**
 * Posts by `fetch`. The address of a webhook is a secret, so that no error tells it; and a redirect
 * is not followed, so that the alert goes nowhere else.
 */
export function postBy(fetch: typeof globalThis.fetch): Post {
  return async (url, body) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    }).catch((error: unknown) => {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      throw new Error(
        timedOut
          ? `The webhook did not answer within ${patience / 1000} s.`
          : "The webhook could not be reached.",
        { cause: error },
      );
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The webhook answered ${response.status}.`);
  };
}
