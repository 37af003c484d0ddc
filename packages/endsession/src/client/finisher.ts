/** Finishes ends that the server has not confirmed: again and again, until it has. */
import { finishKept } from "./logout.ts";
import { read, settle } from "./notes.ts";
import type { Verdict } from "./revoke.ts";

/** The pauses between two tries, in milliseconds. */
const pauses = [2000, 5000, 15_000, 60_000] as const;

/** One for each client. */
export class Finisher {
  /** Whether an end had no ticket at hand: only this browser's cookie can tell what is to end. */
  byCookie = false;
  readonly #told: (verdict: Verdict) => void;
  readonly #endByCookie: () => Promise<Verdict>;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Tells after each try what has come of it. `endByCookie` ends what the cookie is of, if it must. */
  constructor(told: (verdict: Verdict) => void, endByCookie: () => Promise<Verdict>) {
    this.#told = told;
    this.#endByCookie = endByCookie;
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
    const byCookie = this.byCookie ? await this.#endByCookie() : "confirmed";
    if (byCookie !== "unknown") this.byCookie = false;
    const kept = await finishKept();
    const verdicts: readonly Verdict[] = [byCookie, kept];
    const verdict = (["unknown", "refused"] as const).find((one) => verdicts.includes(one));
    if (verdict === "unknown") this.later();
    else {
      this.#tries = 0;
      settle();
    }
    this.#told(verdict ?? "confirmed");
  }
}
