/**
 * Watches the beats of the other instances by this process's own monotonic clock, and settles
 * ends: an end is settled when every instance has applied it or can no longer answer from memory
 * (rules 8 to 12).
 */
import type { Mark } from "../acts.ts";
import type { Clock, Timers } from "../clock.ts";
import type { Feed, Member, Sight } from "../feed.ts";

/** What the watch works with. */
export interface WatchOptions {
  readonly id: string;
  readonly feed: Feed;
  /** B of this instance, in milliseconds. */
  readonly bound: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Seen {
  readonly beat: number;
  /** When this beat was first seen. */
  readonly since: number;
  /** What its row says that it has applied, and what it has said itself. */
  readonly applied: Mark | null;
  readonly acknowledged: Mark | null;
  readonly bound: number;
  /** When the last look that saw it began. */
  readonly lookedAt: number;
}

interface Ender {
  readonly position: Mark;
  /** The life of the server as it was known then; null for not yet. */
  readonly incarnation: string | null;
  readonly committedAt: number;
  /** Instances that were told to drop everything, and when. */
  readonly expelled: Map<string, number>;
  readonly done: () => void;
}

/** Clocks run at different rates: three times 0.1 %, and more than the tolerance of the lease. */
function patienceFor(bound: number): number {
  return bound * 1.003 + 15;
}

/** After how many times its lease the row of a silent instance is cleared away. */
const longDead = 10;

/** How soon to look again when nobody calls, in milliseconds. */
const lookAgain = 50;

/** The instances as one process sees them. */
export class Watch {
  readonly #is: WatchOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #enders = new Set<Ender>();
  /** The largest B that was ever seen: instances that a crash has hidden may have it. */
  #longest = 0;
  #incarnation: string | null = null;
  /** Since when this incarnation of the store has been watched. */
  #since = Number.POSITIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking = false;
  #called = false;
  #aloud = false;
  #cancel: () => void = () => undefined;

  constructor(options: WatchOptions) {
    this.#is = options;
  }

  /** Takes in what was seen in a look that began at a moment. */
  see(sight: Sight, began: number): void {
    // Whoever has come since an older look was sent is not in it.
    if (began < this.#lookedAt) return;
    const now = this.#is.clock.monotonic();
    if (sight.incarnation !== this.#incarnation) {
      // Heartbeats and acknowledgements of another life of the server prove nothing (rule 9).
      this.#incarnation = sight.incarnation;
      this.#seen.clear();
      this.#since = now;
    }
    const present = new Set<string>();
    for (const member of sight.members) {
      present.add(member.id);
      if (member.id !== this.#is.id) this.#seen.set(member.id, this.#note(member, now, began));
    }
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    this.#lookedAt = began;
    this.#forgetLongDead(now);
    this.#settle();
  }

  /** An instance says what it has applied; by whatever way that came, it is a fact (rule 11). */
  acknowledged(id: string, applied: Mark): void {
    const seen = this.#seen.get(id);
    if (!seen) return;
    this.#seen.set(id, { ...seen, acknowledged: applied });
    this.#settle();
  }

  /**
   * Waits until an end that was just committed is settled; gives the milliseconds it took. `told`
   * says whether the others have been told of it: then the first look need not call them.
   */
  async settled(position: Mark, told: boolean): Promise<number> {
    const committedAt = this.#is.clock.monotonic();
    await new Promise<void>((done) => {
      const incarnation = this.#incarnation;
      this.#enders.add({ position, incarnation, committedAt, expelled: new Map(), done });
      this.call(!told);
    });
    return this.#is.clock.monotonic() - committedAt;
  }

  #note({ id, beat, applied, bound }: Member, now: number, lookedAt: number): Seen {
    const before = this.#seen.get(id);
    const since = before?.beat === beat ? before.since : now;
    this.#longest = Math.max(this.#longest, bound);
    return { beat, applied, bound, lookedAt, since, acknowledged: before?.acknowledged ?? null };
  }

  /** Whose lease was over long ago need not be looked at for ever. */
  #forgetLongDead(now: number): void {
    if (!this.#is.feed.beats) return;
    for (const [id, { since, bound }] of this.#seen) {
      if (now - since < longDead * patienceFor(bound)) continue;
      this.#seen.delete(id);
      void this.#is.feed.forget(id).catch(() => undefined);
    }
  }

  /** Looks, and tells the others that there are ends; calls of one moment go together. */
  call(aloud = true): void {
    this.#called = true;
    this.#aloud ||= aloud;
    if (!this.#looking) void this.#look();
  }

  /** Looks who is there, and goes on while anybody waits: one loop for all (rule 12). */
  async #look(): Promise<void> {
    this.#looking = true;
    this.#cancel();
    do {
      const began = this.#is.clock.monotonic();
      const aloud = this.#aloud;
      this.#called = false;
      this.#aloud = false;
      try {
        this.see(await this.#is.feed.call(this.#is.id, aloud), began);
      } catch {
        // Without a look, only time settles an end.
        this.#settle();
      }
    } while (this.#called);
    this.#looking = false;
    if (this.#enders.size === 0) return;
    this.#cancel = this.#is.timers.after(lookAgain, () => this.call());
  }

  #settle(): void {
    for (const ender of this.#enders) {
      if (!this.#isSettled(ender)) continue;
      this.#enders.delete(ender);
      ender.done();
    }
  }

  #isSettled(ender: Ender): boolean {
    const { feed, bound, clock } = this.#is;
    const now = clock.monotonic();
    const patience = patienceFor(Math.max(bound, this.#longest));
    const { committedAt } = ender;
    // Every poll sent after the commit has applied it, and every lease from before is over: but
    // for instances that poll and do not apply, which are expelled and given time to find out.
    const outlasted = now - committedAt >= patience;
    const looked = this.#lookedAt >= committedAt;
    if (!looked) return outlasted;
    // Rows that a crash has taken away cannot be seen: one must have watched long enough.
    const watched = !feed.beats || now - this.#since >= patience;
    if (!watched && !outlasted) return false;
    // Begun in a former life of the server, whose positions mean nothing in this one: whoever
    // answers from memory now has begun anew since, and read everything.
    if (ender.incarnation !== null && ender.incarnation !== this.#incarnation) return true;
    let settled = true;
    for (const [id, seen] of this.#seen) {
      const applied = [seen.applied, seen.acknowledged];
      if (applied.some((mark) => mark !== null && feed.covers(mark, ender.position))) continue;
      const silent =
        feed.beats && now - seen.since >= patienceFor(seen.bound) && seen.lookedAt >= committedAt;
      if (silent) continue;
      if (!outlasted) return false;
      const expelledAt = ender.expelled.get(id);
      if (expelledAt === undefined) {
        ender.expelled.set(id, now);
        void feed.expel(id).catch(() => undefined);
      }
      // All at once, not one after the other.
      if (feed.beats && now - (expelledAt ?? now) < patience) settled = false;
    }
    return settled;
  }
}
