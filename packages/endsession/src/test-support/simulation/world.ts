/**
 * A world: some instances, one server, clients that ask all instances for the very sessions that
 * are being ended, and trouble. It asks one question: was a request accepted that was sent after
 * the answer to the end of its session was there?
 */
import { hashSecret, mintSessionToken } from "../../core/credential.ts";
import { silent } from "../../core/logger.ts";
import { nodeCrypto } from "../../platform/node.ts";
import { Locks, SimulatedStore } from "./doors.ts";
import { type Fault, Instance } from "./instance.ts";
import { Machine, rateError } from "./machine.ts";
import { Network } from "./network.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import { type Row, Server } from "./server.ts";
import type { Trouble, Workload } from "./workload.ts";

/** A request that should have been refused. All times are true ones. */
export interface Wrong {
  /**
   * `answered`: from memory, and sent after the end was answered. `late`: from memory, longer than
   * B after the commit of the end. `lookup`: by the store, and sent after the commit.
   */
  readonly kind: "answered" | "late" | "lookup";
  readonly instance: string;
  readonly session: string;
  readonly sentAt: number;
  readonly acceptedAt: number;
  readonly committedAt: number;
  readonly answeredAt: number;
}

/** What happened in a world. */
export interface Verdict {
  readonly wrong: readonly Wrong[];
  readonly checks: number;
  readonly fromMemory: number;
  /** How long ends waited for their answers, from the commit on; of undisturbed enders only. */
  readonly waits: readonly number[];
  /** What happened, when that was to be noted. */
  readonly trace: readonly string[];
}

interface Session extends Row {
  readonly token: string;
}

interface Slot {
  readonly tenantId: string;
  readonly userId: string;
  readonly sessions: Session[];
}

const users: readonly (readonly [tenantId: string, userId: string])[] = [
  ["blue", "ada"],
  ["blue", "ada"],
  ["blue", "bob"],
  ["blue", "bob"],
  ["red", "cyd"],
  ["red", "cyd"],
];

/** B by the slowest clock, in milliseconds of true time. */
const longestLease = 2000 / (1 - rateError);

/** How long after the answer to an end its sessions are tried. */
const tries = [0.01, 0.3, 1, 3, 8, 20, 60, 150, 400, 1000, 1800];

/** Runs a world to its end. */
export async function simulate(
  seed: number,
  workload: Workload,
  fault: Fault = {},
  traced = false,
): Promise<Verdict> {
  const work = (): Promise<Verdict> => new World(seed, workload, fault, traced).run();
  return fault.around ? fault.around(work) : work();
}

class World {
  readonly #random: Random;
  readonly #schedule = new Schedule();
  readonly #server = new Server();
  readonly #network: Network;
  readonly #locks = new Locks();
  readonly #workload: Workload;
  readonly #fault: Fault;
  readonly #accelerated: boolean;
  readonly #traced: boolean;
  readonly #instances: Instance[] = [];
  readonly #slots: Slot[] = users.map(([tenantId, userId]) => ({ tenantId, userId, sessions: [] }));
  readonly #covered = new Map<string, readonly Row[]>();
  readonly #wrong: Wrong[] = [];
  readonly #waits: number[] = [];
  readonly #trace: string[] = [];
  #count = 0;
  #checks = 0;
  #fromMemory = 0;

  constructor(seed: number, workload: Workload, fault: Fault, traced: boolean) {
    this.#random = new Random(seed);
    this.#workload = workload;
    this.#fault = fault;
    this.#traced = traced;
    this.#network = new Network(this.#schedule, this.#random, workload, this.#server);
    this.#accelerated = this.#random.chance(workload.accelerated);
  }

  async run(): Promise<Verdict> {
    const { duration, instances, endEvery, checkEvery, troubleEvery, sweepEvery } = this.#workload;
    for (let place = 0; place < instances; place += 1) this.#begin(place);
    for (const slot of this.#slots) this.#signIn(slot);
    this.#every(500, checkEvery, () => this.#ask());
    this.#every(1500, endEvery, () => this.#end());
    this.#every(4000, troubleEvery, () => this.#trouble());
    this.#every(sweepEvery, sweepEvery, () => this.#server.up && this.#server.sweep());
    // Others use up numbers as well, many at a time, and nothing is left of them.
    this.#every(0, 100, () => {
      if (this.#server.up) this.#server.burn(this.#random.chance(0.2) ? 300 : 1);
    });
    await this.#schedule.run(duration);
    return {
      wrong: this.#wrong,
      checks: this.#checks,
      fromMemory: this.#fromMemory,
      waits: this.#waits,
      trace: this.#trace,
    };
  }

  #note(text: () => string): void {
    if (this.#traced) this.#trace.push(`${this.#schedule.now.toFixed(3)} ${text()}`);
  }

  /** Again and again, at random, with a mean. */
  #every(from: number, mean: number, act: () => void): void {
    if (!Number.isFinite(mean)) return;
    const next = (): void => {
      act();
      this.#schedule.after(this.#random.between(0, 2 * mean), next);
    };
    this.#schedule.after(from, next);
  }

  #begin(place: number): void {
    const name = `${"ABCDEFGH".charAt(place)}${(this.#count += 1)}`;
    const machine = new Machine(name, this.#schedule, this.#random);
    const store = new SimulatedStore(this.#network, machine, this.#locks, (rows, auditId) =>
      this.#committed(rows, auditId),
    );
    const instance = new Instance({
      machine,
      network: this.#network,
      store,
      fault: this.#fault,
      accelerated: this.#accelerated,
      logger: this.#traced
        ? {
            ...silent,
            warn: (fields, message) =>
              this.#note(() => `${name} warns: ${message} ${JSON.stringify(fields)}`),
            error: (_, message) => this.#note(() => `${name} errs: ${message}`),
          }
        : silent,
    });
    this.#instances[place] = instance;
    this.#note(() => `${name} begins`);
    machine.enter(() => void instance.start());
  }

  #signIn(slot: Slot): void {
    const { tenantId, userId, sessions } = slot;
    const random = this.#random;
    const token = mintSessionToken({
      ...nodeCrypto,
      randomBytes: (length) => random.bytes(length),
    });
    const session: Session = {
      id: `s${(this.#count += 1)}`,
      tenantId,
      userId,
      token,
      hash: hashSecret(nodeCrypto, tenantId, token),
      epoch: this.#server.epochOf(slot),
      endedAt: null,
      endAuditId: null,
      overAt: Number.POSITIVE_INFINITY,
      answeredAt: Number.POSITIVE_INFINITY,
    };
    this.#server.addSession(session);
    sessions.unshift(session);
  }

  /** A client asks any instance for any session, a live one mostly. */
  #ask(): void {
    const random = this.#random;
    const { sessions } = random.pick(this.#slots);
    const [newest, former] = sessions;
    const session = former && random.chance(0.25) ? former : newest;
    if (session) this.#check(random.pick(this.#instances), session);
  }

  #check(instance: Instance, session: Session): void {
    const sentAt = this.#schedule.now;
    instance.machine.enter(() => {
      if (!instance.serving) return;
      this.#checks += 1;
      const answer = instance.check(session.token, session.tenantId);
      const judge = (outcome: string, fromMemory: boolean): void => {
        if (outcome === "live") this.#accepted(instance, session, sentAt, fromMemory);
      };
      if (answer instanceof Promise) {
        answer.then(
          ({ outcome }) => judge(outcome, false),
          () => undefined,
        );
        return;
      }
      this.#fromMemory += 1;
      judge(answer.outcome, true);
    });
  }

  #accepted(
    { machine }: Instance,
    { id, overAt, answeredAt }: Session,
    sentAt: number,
    fromMemory: boolean,
  ): void {
    const { now } = this.#schedule;
    const kinds: Wrong["kind"][] = [];
    if (!fromMemory && sentAt > overAt) kinds.push("lookup");
    if (fromMemory && sentAt > answeredAt) kinds.push("answered");
    if (fromMemory && now > overAt + longestLease) kinds.push("late");
    for (const kind of kinds) {
      this.#note(() => `WRONG (${kind}): ${machine.name} accepts ${id}, sent ${sentAt.toFixed(3)}`);
      this.#wrong.push({
        kind,
        instance: machine.name,
        session: id,
        sentAt,
        acceptedAt: now,
        committedAt: overAt,
        answeredAt,
      });
    }
  }

  #end(): void {
    const random = this.#random;
    const slot = random.pick(this.#slots);
    const [session] = slot.sessions;
    if (!session || session.overAt < this.#schedule.now) return;
    const reach = random.weighed(this.#workload.ends);
    // Asked while the end is on its way, so that lookups are overtaken by it.
    for (const instance of this.#instances) {
      for (let time = 0; time < 3; time += 1) {
        this.#schedule.after(random.between(0, 10), () => this.#check(instance, session));
      }
    }
    this.#endBy(random.pick(this.#instances), session, reach);
    if (random.chance(this.#workload.again)) {
      const again = random.pick(this.#instances);
      this.#schedule.after(random.between(0, 40), () => this.#endBy(again, session, "session"));
    }
  }

  #endBy(
    instance: Instance,
    session: Session,
    reach: "session" | "user" | "tenant" | "everything",
  ): void {
    const { machine } = instance;
    const auditId = `a${(this.#count += 1)}`;
    machine.enter(() => {
      if (!instance.serving) return;
      this.#note(() => `${machine.name} ends ${reach} of ${session.id} as ${auditId}`);
      instance.end(session, reach, auditId).then(
        () => this.#answered(machine, auditId, session),
        (error: Error) => {
          this.#note(() => `${auditId} fails: ${error.message} ${String(error.cause)}`);
        },
      );
    });
  }

  /** An end is durable and visible: its sessions are dead, and people sign in again. */
  #committed(rows: readonly Row[], auditId: string): void {
    this.#note(() => `${auditId} commits ${rows.map(({ id }) => id).join(" ")}`);
    this.#covered.set(auditId, rows);
    for (const row of rows) {
      row.overAt = this.#schedule.now;
      const slot = this.#slots.find(({ sessions }) => sessions[0]?.id === row.id);
      if (slot) this.#schedule.after(this.#random.between(0, 100), () => this.#signIn(slot));
    }
  }

  #answered(machine: Machine, auditId: string, session: Session): void {
    const { now } = this.#schedule;
    const rows = this.#covered.get(auditId) ?? [];
    // What had ended before is just as over for who was answered now.
    const all = rows.length === 0 ? [session] : (rows as readonly Session[]);
    this.#note(() => `${auditId} is answered, for ${all.map(({ id }) => id).join(" ")}`);
    const [row] = rows;
    if (row && machine.disturbedAt < row.overAt) this.#waits.push(now - row.overAt);
    for (const one of all) one.answeredAt = Math.min(one.answeredAt, now);
    const tried = this.#random.pick(all);
    for (const instance of this.#instances) {
      for (const later of tries) {
        this.#schedule.after(later * this.#random.between(0.8, 1.2), () =>
          this.#check(instance, tried),
        );
      }
    }
  }

  #trouble(): void {
    const random = this.#random;
    const trouble = random.weighed(this.#workload.troubles);
    const place = Math.floor(random.next() * this.#instances.length);
    const instance = this.#instances[place] as Instance;
    this.#note(() => `trouble: ${trouble} of ${instance.machine.name}`);
    this.#make(trouble, place, instance);
  }

  #make(trouble: Trouble, place: number, { machine, live }: Instance): void {
    const random = this.#random;
    const schedule = this.#schedule;
    const server = this.#server;
    switch (trouble) {
      case "stop":
        return machine.stop(random.between(0, 5000), false);
      case "suspend":
        return machine.stop(random.between(20, 5000), true);
      case "kill":
        machine.alive = false;
        return schedule.after(random.between(0, 500), () => this.#begin(place));
      case "replace": {
        const leave = (): void => {
          machine.alive = false;
        };
        machine.enter(() => void live.stop().then(leave, leave));
        return schedule.after(random.between(0, 500), () => this.#begin(place));
      }
      case "cut":
        machine.cut(random.between(50, 3500));
        return;
      case "crash":
      case "lossyCrash":
      case "restart": {
        if (!server.up) return;
        const loss = { crash: "everything", lossyCrash: "recent", restart: "nothing" } as const;
        server.crash(schedule.now, loss[trouble]);
        return schedule.after(random.between(50, 800), () => {
          server.up = true;
        });
      }
      case "wallJump":
        machine.wallJump += random.chance(0.5)
          ? random.between(-3000, 3000)
          : random.between(-20, 20);
        return;
      case "longTransaction": {
        const { life } = server;
        const xid = server.begin();
        schedule.after(random.between(1000, 5000), () => {
          if (server.life === life) server.running.delete(xid);
        });
      }
    }
  }
}
