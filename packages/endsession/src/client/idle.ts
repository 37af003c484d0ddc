/** The idle timer of all tabs together: what a person does in one keeps all of them (TO-03, TO-05). */
import { read, write } from "./notes.ts";
import type { IdleOptions } from "./types.ts";

/** What the timer tells. */
export interface IdleEvents {
  /** The warning is due, or no more: null. */
  readonly warn: (warning: { readonly endsAt: number } | null) => void;
  /** The time is up. */
  readonly end: () => void;
  /** Somebody is there; told seldom enough to tell the server. */
  readonly active: () => void;
}

const signs = ["pointerdown", "keydown", "wheel", "touchstart"] as const;
/** How often activity is written down at most, in milliseconds. */
const grain = 1000;

/**
 * Starts with activity now, and runs until it is stopped. Gives the function that counts as activity:
 * "stay signed in".
 */
export function watchIdle(
  { timeout, warning }: IdleOptions,
  events: IdleEvents,
  signal: AbortSignal,
): () => void {
  const warnBefore = warning ?? Math.min(timeout / 5, 120_000);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = Date.now();
  let warned = false;
  /** Where the note is gone, or cannot be believed. */
  let seen = told;

  const lastActive = (now: number): number => {
    seen = read("active") ?? seen;
    // A clock that was set back must not lengthen anything: time counts from when it is noticed.
    if (seen > now) write("active", (seen = now));
    return seen;
  };

  const look = (): void => {
    clearTimeout(timer);
    const now = Date.now();
    const endsAt = lastActive(now) + timeout;
    if (now >= endsAt) return events.end();
    const due = now >= endsAt - warnBefore;
    if (due || warned) events.warn(due ? { endsAt } : null);
    warned = due;
    timer = setTimeout(look, Math.max(10, due ? endsAt - now : endsAt - warnBefore - now));
  };
  const touch = (): void => {
    const now = Date.now();
    // After a sleep a person may be here before the timer: what is over stays over.
    if (now >= lastActive(now) + timeout) return look();
    write("active", (seen = now));
    if (warned) look();
    if (now - told < timeout / 4) return;
    told = now;
    events.active();
  };
  // While the warning stands only a decision counts: a mouse that is brushed is none.
  const onSign = (): void => {
    const now = Date.now();
    if (!warned && now - lastActive(now) >= grain) touch();
  };
  const onReturn = (): void => {
    if (document.visibilityState === "visible") look();
  };
  for (const sign of signs)
    addEventListener(sign, onSign, { passive: true, capture: true, signal });
  document.addEventListener("visibilitychange", onReturn, { signal });
  addEventListener("storage", onReturn, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  write("active", seen);
  look();
  return touch;
}
