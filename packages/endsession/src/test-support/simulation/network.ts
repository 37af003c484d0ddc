/** What passes between processes, the server, and what is called out. */
import type { Mark } from "../../core/acts.ts";
import type { Accelerator } from "../../core/accelerator.ts";
import type { Listener } from "../../core/feed.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";
import type { Server } from "./server.ts";
import type { Workload } from "./workload.ts";

/** Answers a question with a result, or with an error. */
export type Reply<T> = (result: { readonly value: T } | { readonly error: Error }) => void;

/** What the server does with a question, from the moment at which it arrives. */
export type Question<T> = (reply: Reply<T>) => void;

/** Messages with their delays and losses. */
export class Network {
  readonly schedule: Schedule;
  readonly random: Random;
  readonly workload: Workload;
  readonly server: Server;
  readonly #listeners = new Map<Machine, Listener[]>();

  constructor(schedule: Schedule, random: Random, workload: Workload, server: Server) {
    this.schedule = schedule;
    this.random = random;
    this.workload = workload;
    this.server = server;
  }

  delay(): number {
    const { random, workload } = this;
    const draw = random.next();
    if (draw < workload.verySlow) return random.between(0.2, 2500);
    if (draw < workload.verySlow + workload.slow) return random.between(0.2, 300);
    return random.between(0.2, 1.5);
  }

  /** Between a process and the server: what meets a cut arrives after it. */
  #passing(machine: Machine): number {
    const { now } = this.schedule;
    const arrival = now + this.delay();
    if (now >= machine.cutUntil && arrival >= machine.cutUntil) return arrival;
    return Math.max(arrival, machine.cutUntil + this.delay());
  }

  /** Asks the server, and hears what it answers. */
  ask<T>(machine: Machine, question: Question<T>, heard: Reply<T>): void {
    const { schedule, server } = this;
    const reply: Reply<T> = (result) =>
      schedule.at(this.#passing(machine), () => machine.enter(() => heard(result)));
    schedule.at(this.#passing(machine), () => {
      if (server.up) question(reply);
      else reply({ error: new Error("The server does not answer.") });
    });
  }

  /** The same as a promise. */
  asking<T>(machine: Machine, question: Question<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.ask(machine, question, settle(resolve, reject));
    });
  }

  listen(machine: Machine, listener: Listener): void {
    const before = this.#listeners.get(machine) ?? [];
    this.#listeners.set(machine, [...before, listener]);
  }

  /** Calls out to all: it may come late, twice or never. */
  call(tell: (listener: Listener) => void): void {
    const { random, workload, schedule } = this;
    for (const [machine, listeners] of this.#listeners) {
      if (!machine.alive) this.#listeners.delete(machine);
      if (random.chance(workload.lost)) continue;
      const copies = random.chance(workload.twice) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        // Several listeners of one process hear the same message.
        schedule.after(this.delay(), () => machine.enter(() => listeners.forEach(tell)));
      }
    }
  }

  /** Something fast that calls out and nothing else; it is not always there. */
  accelerator(machine: Machine): Accelerator {
    const { random, schedule } = this;
    let readyFrom = 0;
    const send = (tell: (listener: Listener) => void): void =>
      schedule.after(this.delay(), () => this.call(tell));
    return {
      ready() {
        if (random.chance(0.01)) readyFrom = schedule.now + random.between(0, 2000);
        return schedule.now >= readyFrom;
      },
      wake: (id, ends, proof) => send((listener) => listener.woken(id, ends, proof)),
      acknowledge: (id: string, applied: Mark) =>
        send((listener) => listener.acknowledged(id, applied)),
      // The feed listens already, and both call out to the same.
      listen: () => void machine,
      deny: async () => undefined,
      limiter() {
        throw new Error("Nothing is limited here.");
      },
    };
  }
}

function settle<T>(resolve: (value: T) => void, reject: (error: Error) => void): Reply<T> {
  return (result) => {
    if ("value" in result) resolve(result.value);
    else reject(result.error);
  };
}

/** How long one statement may take on a line, in milliseconds: after it the line is given up. */
const limit = 2000;

interface Waiting {
  readonly send: (done: () => void) => void;
  readonly fail: (error: Error) => void;
}

/** One connection, statement after statement, made anew when one takes too long. */
export class Line {
  readonly #network: Network;
  readonly #machine: Machine;
  #queue: Waiting[] = [];

  constructor(network: Network, machine: Machine) {
    this.#network = network;
    this.#machine = machine;
  }

  run<T>(question: Question<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const queue = this.#queue;
      const cancel = this.#machine.timers.after(limit, () =>
        this.#drop(queue, new Error(`No answer within ${limit} ms.`)),
      );
      const waiting: Waiting = {
        send: (done) =>
          this.#network.ask(this.#machine, question, (result) => {
            if (this.#queue !== queue) return;
            cancel();
            if ("error" in result) return this.#drop(queue, result.error);
            resolve(result.value);
            done();
          }),
        fail(error) {
          cancel();
          reject(error);
        },
      };
      queue.push(waiting);
      if (queue.length === 1) this.#sendNext(queue);
    });
  }

  #sendNext(queue: Waiting[]): void {
    queue[0]?.send(() => {
      queue.shift();
      this.#sendNext(queue);
    });
  }

  /** What the server has been sent it may still do. */
  #drop(queue: Waiting[], error: Error): void {
    if (this.#queue !== queue) return;
    this.#queue = [];
    for (const { fail } of queue) fail(error);
  }
}
