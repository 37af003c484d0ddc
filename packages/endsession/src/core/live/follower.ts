/**
 * Follows the feed: polls, applies what has ended, and thereby keeps the lease. The rules are those
 * of `docs/lease.md`: beat, then read (1); everything visible (2); apply, extend from when the poll
 * was sent, acknowledge (3); forget all when ends may have been missed (6).
 */
import type { Clock, Timers } from "../clock.ts";
import type { Mark } from "../acts.ts";
import type { End, Feed, News } from "../feed.ts";
import type { History } from "./history.ts";
import type { Lease } from "./lease.ts";
import type { Logger } from "../logger.ts";
import type { Memory } from "./memory.ts";
import type { Watch } from "./watch.ts";

/** What a follower works with. */
export interface FollowerOptions {
  readonly id: string;
  readonly feed: Feed;
  /** B: how long memory may be believed after a poll was sent, in milliseconds. */
  readonly bound: number;
  /** How often to poll, in milliseconds. */
  readonly interval: number;
  readonly memory: Memory;
  readonly lease: Lease;
  readonly watch: Watch;
  readonly history: History;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** How many ends are read at once; beyond it, it is quicker to forget everything. */
const mostNews = 20_000;
/** How many ends of its own an instance waits to read. */
const mostOwn = 10_000;

/** Keeps the memory of one instance true. */
export class Follower {
  readonly #is: FollowerOptions;
  #position: Mark | null = null;
  #incarnation: string | null = null;
  #sweeps = 0;
  /** Whether it is still to be seen what another life of the server has forgotten. */
  #unchecked = false;
  /** Whether others may be waiting for an acknowledgement that could not be given yet. */
  #owes = false;
  readonly #own = new Set<string>();
  #joined = false;
  #working: Promise<void> = Promise.resolve();
  #wakePending = false;
  #stopped = false;
  #failing = false;
  #cancel: () => void = () => undefined;

  constructor(options: FollowerOptions) {
    this.#is = options;
  }

  /** Begins to follow; resolves after the first poll, which may have failed. */
  async start(): Promise<void> {
    await this.#pollAndGoOn();
  }

  /** Stops, and leaves the instances. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#is.lease.end();
    await this.#working;
    if (this.#joined) await this.#is.feed.forget(this.#is.id).catch(() => undefined);
  }

  /** Ends of this very instance: nobody waits for it to acknowledge them. */
  own(ends: readonly End[]): void {
    // Those that the feed told before the commit was answered stay behind: they cost little.
    if (this.#own.size > mostOwn) this.#own.clear();
    for (const { auditId } of ends) if (auditId !== null) this.#own.add(auditId);
  }

  async #pollAndGoOn(): Promise<void> {
    const began = this.#is.clock.monotonic();
    await this.#inTurn(() => this.#poll());
    if (this.#stopped) return;
    const taken = this.#is.clock.monotonic() - began;
    const pause = Math.max(this.#is.interval - taken, this.#is.interval / 4);
    this.#cancel = this.#is.timers.after(pause, () => void this.#pollAndGoOn());
  }

  /** A wake-up reads and acknowledges; it has told no beat first, so it extends no lease. */
  woken(): void {
    if (this.#wakePending || this.#stopped) return;
    this.#wakePending = true;
    void this.#inTurn(async () => {
      this.#wakePending = false;
      if (this.#position !== null) await this.#read(true);
    });
  }

  async #poll(): Promise<void> {
    const { feed, id, lease, bound, memory } = this.#is;
    const moment = lease.moment();
    const member = this.#joined && (await feed.beat(id, this.#position));
    if (!member) {
      // Removed by others, or the server has forgotten: whatever is remembered may have ended.
      lease.end();
      memory.clear();
      this.#joined = false;
      await feed.join(id, bound);
      this.#joined = true;
    }
    if ((await this.#read()) && !this.#stopped) lease.extend(moment, bound);
  }

  /** Reads and applies. False when a new history has begun, which takes another poll. */
  async #read(called = false): Promise<boolean> {
    const { feed, id, clock, watch } = this.#is;
    const began = clock.monotonic();
    const news = await feed.read(this.#position, mostNews);
    watch.see(news, began);
    const reborn = this.#incarnation !== null && this.#incarnation !== news.incarnation;
    const swept = this.#position !== null && news.sweeps - this.#sweeps > 1;
    const { ends } = news;
    this.#incarnation = news.incarnation;
    this.#sweeps = news.sweeps;
    if (reborn || swept || ends === null) this.#beginAnew(reborn);
    if (this.#unchecked) {
      await this.#is.history.check(news.incarnation);
      this.#unchecked = false;
    }
    if (reborn || swept || ends === null) return false;
    this.#apply(ends, news.position);
    const foreign = ends.filter(({ auditId }) => auditId === null || !this.#own.delete(auditId));
    this.#owes ||= called || foreign.length > 0 || this.#isWaitedFor(news);
    // Before the lease is extended: who has not acknowledged answers from no later poll.
    if (this.#owes) await feed.acknowledge(id, news.position);
    this.#owes = false;
    return true;
  }

  /** Positions of another life of the server mean nothing in this one; ends may be missing. */
  #beginAnew(reborn: boolean): void {
    this.#is.lease.end();
    this.#is.memory.clear();
    this.#position = null;
    this.#own.clear();
    if (!reborn) return;
    this.#joined = false;
    this.#unchecked = true;
  }

  /** Without beats, others learn of what this instance has applied by nothing else. */
  #isWaitedFor({ position, members }: News): boolean {
    const { feed, id } = this.#is;
    if (feed.beats || members.length < 2) return false;
    const said = members.find((member) => member.id === id)?.applied ?? null;
    return said === null || !feed.covers(said, position);
  }

  #apply(ends: readonly End[], position: Mark): void {
    const { memory, history } = this.#is;
    // What was looked up before the first read may have ended unseen.
    if (this.#position === null) memory.clear();
    for (const end of ends) memory.apply(end);
    history.remember(ends);
    this.#position = position;
  }

  /** One after another; a failure is told once, and the lease runs out by itself. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working.then(async () => {
      if (this.#stopped) return;
      try {
        await work();
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) {
          this.#is.logger.warn(
            { error },
            "The feed of ends cannot be read; every check asks the store until it can.",
          );
        }
        this.#failing = true;
      }
    });
    return this.#working;
  }
}
