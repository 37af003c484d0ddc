/**
 * Who wants to hear on this instance when sessions end: open streams and sockets (RV-02). The ends
 * come by the feed, so that it does not matter which instance has committed them.
 */
import type { Timers } from "../clock.ts";
import type { End } from "../feed.ts";
import { userKey } from "../user-key.ts";

/** One party that listens to the ends of a user. */
export interface Listening {
  readonly tenantId: string;
  readonly userId: string;
  /** Something of this user, this tenant or the whole installation has ended. */
  ended(end: End): void;
  /** Ends may have been missed, or this instance cannot hear of them: the truth must be asked. */
  doubt(): void;
}

/** The parties of one instance. */
export class Listeners {
  readonly #users = new Map<string, Set<Listening>>();
  readonly #timers: Timers;
  readonly #interval: number;
  readonly #hears: () => boolean;
  #cancel: (() => void) | null = null;

  /** Every `interval` milliseconds, and only while somebody listens, asks whether it `hears`. */
  constructor(timers: Timers, interval: number, hears: () => boolean) {
    this.#timers = timers;
    this.#interval = interval;
    this.#hears = hears;
  }

  /** Adds a party; gives the function that removes it. */
  add(listening: Listening): () => void {
    const key = userKey(listening.tenantId, listening.userId);
    const all = this.#users.get(key) ?? new Set();
    this.#users.set(key, all.add(listening));
    if (this.#cancel === null) this.#watch();
    return () => {
      all.delete(listening);
      if (all.size === 0 && this.#users.get(key) === all) this.#users.delete(key);
      if (this.#users.size > 0) return;
      this.#cancel?.();
      this.#cancel = null;
    };
  }

  /** Tells whom it concerns. */
  tell(end: End): void {
    const { tenantId, userId } = end;
    if (tenantId !== null && userId !== null) {
      for (const one of this.#users.get(userKey(tenantId, userId)) ?? []) one.ended(end);
      return;
    }
    for (const one of this.#all())
      if (tenantId === null || one.tenantId === tenantId) one.ended(end);
  }

  /** Ends may have been missed. */
  doubt(): void {
    for (const one of this.#all()) one.doubt();
  }

  #all(): Listening[] {
    return [...this.#users.values()].flatMap((some) => [...some]);
  }

  #watch(): void {
    this.#cancel = this.#timers.after(this.#interval, () => {
      this.#watch();
      if (!this.#hears()) this.doubt();
    });
  }
}
