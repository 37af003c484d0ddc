/** What ends a scan before its time: its own limit, the person who started it, the browser's end. */
import type { Browser } from "playwright-core";
import { ScanError } from "./scan-error.ts";

export interface Limits {
  /** A scan takes no longer than this, in milliseconds. Default: 15 minutes. */
  readonly timeLimit?: number;
  /** Stops the scan. */
  readonly signal?: AbortSignal;
}

const usualLimit = 15 * 60_000;
/** A browser that does not close within this many milliseconds is left to the end of the process. */
const patience = 10_000;

/**
 * Does the work as long as nothing ends it. What was begun goes on failing by itself once its
 * browser is closed.
 *
 * @throws ScanError saying what ended it
 */
export async function withinLimits<Result>(
  work: () => Promise<Result>,
  browser: Browser,
  { timeLimit = usualLimit, signal }: Limits,
): Promise<Result> {
  let end: (why: string) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = (why) => {
      reject(new ScanError("cannot-judge", why));
    };
  });
  const timer = setTimeout(() => {
    end(
      `The scan was not done within ${timeLimit / 1000} s, so nothing is judged. Give it more time with --timeout, or less to do with --quick or shorter --delays.`,
    );
  }, timeLimit);
  const gone = (): void => {
    end(
      "The browser ended in the middle of the scan (it crashed, was killed, or ran out of memory), so nothing is judged. Scan again, with more memory if that is what it lacks.",
    );
  };
  const stopped = (): void => {
    end("The scan was stopped before its end: nothing is judged, and no report is written.");
  };
  browser.once("disconnected", gone);
  signal?.addEventListener("abort", stopped, { once: true });
  if (signal?.aborted === true) stopped();
  if (!browser.isConnected()) gone();
  try {
    const done = work();
    // Where something else wins the race, nobody hears how the work failed.
    done.catch(() => undefined);
    return await Promise.race([done, ended]);
  } finally {
    clearTimeout(timer);
    browser.off("disconnected", gone);
    signal?.removeEventListener("abort", stopped);
  }
}

/** Waits for something to close, though not for ever, and whatever comes of it. */
export async function closed(closing: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  await Promise.race([closing.catch(() => undefined), tired]);
  clearTimeout(timer);
}
