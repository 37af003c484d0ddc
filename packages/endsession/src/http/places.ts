/** How many event streams may be open at once: by user, and by network of the address. */
import { EndSessionError } from "../core/errors.ts";

/** The caps of event streams, per instance. */
export interface EventsOptions {
  /** Streams of one user: tabs of all devices (default 50). */
  readonly perUser?: number;
  /** Streams from one network, a /24 or /64 (default 1000). */
  readonly perNetwork?: number;
}

/** The places that are taken. */
export class Places {
  readonly #caps: Required<EventsOptions>;
  readonly #taken = new Map<string, number>();

  constructor({ perUser = 50, perNetwork = 1000 }: EventsOptions) {
    for (const [name, value] of Object.entries({ perUser, perNetwork })) {
      if (Number.isInteger(value) && value > 0) continue;
      throw new EndSessionError(
        "ERR_SETTING_INVALID",
        `The setting "events.${name}" is ${value}; give a whole number above 0.`,
      );
    }
    this.#caps = { perUser, perNetwork };
  }

  /** Takes a place; gives the function that leaves it, or null when there is none. */
  take(user: string, network: string): (() => void) | null {
    const keys = [
      [`user ${user}`, this.#caps.perUser],
      [`network ${network}`, this.#caps.perNetwork],
    ] as const;
    if (keys.some(([key, cap]) => (this.#taken.get(key) ?? 0) >= cap)) return null;
    for (const [key] of keys) this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      for (const [key] of keys) {
        const rest = (this.#taken.get(key) ?? 0) - 1;
        if (rest > 0) this.#taken.set(key, rest);
        else this.#taken.delete(key);
      }
    };
  }
}
