/** Finishes ends that the server has not confirmed: again and again, until it has. */
import { finishKept } from "./logout.ts";
import { read, settle } from "./notes.ts";
import { type Verdict, worstOf } from "./revoke.ts";

/** The pauses between two tries, in milliseconds. */
const pauses = [2000, 5000, 15_000, 60_000] as const;

/** One for each client. */
export interface Finisher {
  /** Whether an end had no ticket at hand: only this browser's cookie can tell what is to end. */
  byCookie: boolean;
  /** Whether anything is waiting to be confirmed. */
  pending(): boolean;
  /** Tries after a while. */
  later(): void;
  /** Tries at once, if there is anything to try. */
  now(): void;
  stop(): void;
}

/** Tells after each try what has come of it. `endByCookie` ends what the cookie is of, if it must. */
export function createFinisher(
  told: (verdict: Verdict) => void,
  endByCookie: () => Promise<Verdict>,
): Finisher {
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const attempt = async (): Promise<void> => {
    const byCookie = finisher.byCookie ? await endByCookie() : "confirmed";
    if (byCookie !== "unknown") finisher.byCookie = false;
    const verdict = worstOf([byCookie, await finishKept()]);
    if (verdict === "unknown") finisher.later();
    else {
      tries = 0;
      settle();
    }
    told(verdict);
  };

  const finisher: Finisher = {
    byCookie: false,
    pending: () => finisher.byCookie || read("kept") !== null,
    later() {
      const pause = pauses[Math.min(tries, pauses.length - 1)];
      tries += 1;
      clearTimeout(timer);
      timer = setTimeout(() => void attempt(), pause);
    },
    now() {
      if (!finisher.pending()) return;
      clearTimeout(timer);
      void attempt();
    },
    stop: () => clearTimeout(timer),
  };
  return finisher;
}
