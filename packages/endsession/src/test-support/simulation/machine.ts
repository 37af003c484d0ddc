/** A process on a machine: clocks of its own, and it may be stopped, suspended or killed. */
import type { Clock, Timers } from "../../core/clock.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";

interface Backlog {
  readonly kind: "timer" | "message";
  readonly act: () => void;
}

/** How far the rate of a clock may be off. */
export const rateError = 0.001;

/** One process. What happens in it goes through {@link enter}. */
export class Machine {
  /** The machine in which something happens now. */
  static current: Machine | null = null;
  readonly name: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** What a wall clock that was set shows too much, in milliseconds. */
  wallJump = 0;
  /** What somebody makes the monotonic clock show too much: for planted faults. */
  shift = 0;
  alive = true;
  /** No message passes between it and the store before this time. */
  cutUntil = 0;
  stoppedUntil = 0;
  /** Until when it was last stopped or cut off. */
  disturbedAt = 0;
  readonly #schedule: Schedule;
  readonly #random: Random;
  readonly #rate: number;
  readonly #wallRate: number;
  readonly #offset: number;
  readonly #backlog: Backlog[] = [];
  /** How long the monotonic clock has stood still. */
  #slept = 0;
  #sleepsSince: number | null = null;

  constructor(name: string, schedule: Schedule, random: Random) {
    this.name = name;
    this.#schedule = schedule;
    this.#random = random;
    this.#rate = 1 + random.between(-rateError, rateError);
    this.#wallRate = this.#rate + random.between(-rateError, rateError) / 5;
    this.#offset = random.between(0, 1e7);
    const wallOffset = 1.7e12 + random.between(-5000, 5000);
    this.clock = {
      now: () => Math.floor(wallOffset + schedule.now * this.#wallRate + this.wallJump),
      monotonic: () => this.#monotonic() + this.shift,
    };
    this.timers = {
      after: (milliseconds, call) => this.#after(milliseconds, call),
      soon: (call) => schedule.after(0, () => this.enter(call, "timer")),
    };
  }

  /** Something happens in the process, at once or when it goes on. */
  enter(act: () => void, kind: Backlog["kind"] = "message"): void {
    if (!this.alive) return;
    if (this.#schedule.now < this.stoppedUntil || this.#backlog.length > 0) {
      this.#backlog.push({ kind, act });
      return;
    }
    Machine.current = this;
    act();
    this.#schedule.touched = true;
  }

  /** Stops the process; with `sleep` its monotonic clock stands still as well. */
  stop(milliseconds: number, sleep: boolean): void {
    const schedule = this.#schedule;
    if (schedule.now < this.stoppedUntil) return;
    this.stoppedUntil = schedule.now + milliseconds;
    this.disturbedAt = Math.max(this.disturbedAt, this.stoppedUntil);
    if (sleep) this.#sleepsSince = schedule.now;
    schedule.at(this.stoppedUntil, () => this.#goOn());
  }

  /** No message passes for a while. */
  cut(milliseconds: number): void {
    this.cutUntil = this.#schedule.now + milliseconds;
    this.disturbedAt = Math.max(this.disturbedAt, this.cutUntil);
  }

  #goOn(): void {
    const schedule = this.#schedule;
    if (this.#sleepsSince !== null) this.#slept += schedule.now - this.#sleepsSince;
    this.#sleepsSince = null;
    const timersFirst = this.#random.chance(0.5);
    const isTimer = ({ kind }: Backlog): number => Number(kind === "timer");
    const all = this.#backlog.splice(0);
    if (timersFirst) all.sort((a, b) => isTimer(b) - isTimer(a));
    for (const { act, kind } of all) schedule.at(schedule.now, () => this.enter(act, kind));
  }

  #monotonic(): number {
    const asleep = this.#sleepsSince === null ? 0 : this.#schedule.now - this.#sleepsSince;
    return this.#offset + (this.#schedule.now - this.#slept - asleep) * this.#rate;
  }

  #after(milliseconds: number, call: () => void): () => void {
    const due = this.#monotonic() + milliseconds;
    let off = false;
    const wait = (): void => {
      const rest = (due - this.#monotonic()) / this.#rate;
      this.#schedule.after(Math.max(rest, 0), () => {
        if (off || !this.alive) return;
        // It has slept meanwhile.
        if (this.#monotonic() < due - 1e-6 && this.#schedule.now >= this.stoppedUntil) wait();
        else this.enter(() => off || call(), "timer");
      });
    };
    wait();
    return () => {
      off = true;
    };
  }
}
