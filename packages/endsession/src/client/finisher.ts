/** Finishes ends that the server has not confirmed: again and again, until it has. */
import { finishKept } from "./logout.ts";
import { read } from "./notes.ts";
import { revoke } from "./revoke.ts";

/** The pauses between two tries, in milliseconds. */
const pauses = [2000, 5000, 15_000, 60_000] as const;

/** One for each client. */
export class Finisher {
  /** Whether an end had no ticket at hand: only this browser's cookie can tell what is to end. */
  byCookie = false;
  readonly #url: string;
  readonly #told: (done: boolean) => void;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Tells after each try whether the server has confirmed everything. */
  constructor(url: string, told: (done: boolean) => void) {
    this.#url = url;
    this.#told = told;
  }

  /** Whether anything is waiting to be confirmed. */
  get pending(): boolean {
    return this.byCookie || read("kept") !== null;
  }

  /** Tries after a while. */
  later(): void {
    const pause = pauses[Math.min(this.#tries, pauses.length - 1)];
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#try(), pause);
  }

  /** Tries at once, if there is anything to try. */
  now(): void {
    if (!this.pending) return;
    clearTimeout(this.#timer);
    void this.#try();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #try(): Promise<void> {
    if (this.byCookie) {
      const verdict = await revoke({ url: this.#url, ticket: null, scope: "current" });
      this.byCookie = verdict === "unknown";
    }
    const done = (await finishKept()) && !this.byCookie;
    if (done) this.#tries = 0;
    else this.later();
    this.#told(done);
  }
}
