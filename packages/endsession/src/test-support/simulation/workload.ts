/** What a simulated world is like: how slow, how troubled, how busy. */

/** Times are in milliseconds, chances from 0 to 1. */
export interface Workload {
  /** How long it lasts. */
  readonly duration: number;
  readonly mode: "strict" | "bounded";
  readonly instances: number;
  /** How often a message is slow (up to 300 ms) and how often very slow (up to 2500 ms). */
  readonly slow: number;
  readonly verySlow: number;
  /** How often a commit of an end, and that of a heartbeat, takes up to 1500 ms. */
  readonly slowCommit: number;
  readonly slowBeat: number;
  /** How often what is called out gets lost, or comes twice. */
  readonly lost: number;
  readonly twice: number;
  /** How often what is called out goes by an accelerator: a chance for the whole world. */
  readonly accelerated: number;
  /** Mean time between two ends, two checks, two troubles, two sweeps. */
  readonly endEvery: number;
  readonly checkEvery: number;
  readonly troubleEvery: number;
  readonly sweepEvery: number;
  /** How often an end is asked for twice, of two instances. */
  readonly again: number;
  /** How likely each trouble is, against the others. */
  readonly troubles: Readonly<Record<Trouble, number>>;
  /** How likely each end is, against the others. */
  readonly ends: Readonly<Record<"session" | "user" | "tenant" | "everything", number>>;
}

/** What can go wrong. */
export type Trouble =
  /** A process is stopped up to 5 s; its monotonic clock goes on. */
  | "stop"
  /** The machine sleeps up to 5 s, and its monotonic clock with it. */
  | "suspend"
  | "kill"
  /** A process leaves in order, and another comes. */
  | "replace"
  /** No message passes between a process and the store. */
  | "cut"
  /** The server crashes and forgets its instances, and gives numbers out again. */
  | "crash"
  /** The server crashes and forgets the heartbeats of the last 600 ms. */
  | "lossyCrash"
  /** The server is restarted in order, and forgets nothing. */
  | "restart"
  /** A wall clock is set. */
  | "wallJump"
  /** A transaction stays open somewhere, for seconds. */
  | "longTransaction";

/** Everything goes wrong now and then. */
export const usual: Workload = {
  duration: 20_000,
  mode: "strict",
  instances: 3,
  slow: 0.02,
  verySlow: 0.005,
  slowCommit: 0.05,
  slowBeat: 0.01,
  lost: 0.05,
  twice: 0.05,
  accelerated: 0.5,
  endEvery: 400,
  checkEvery: 5,
  troubleEvery: 4000,
  sweepEvery: 5000,
  again: 0.1,
  troubles: {
    stop: 20,
    suspend: 10,
    kill: 12,
    replace: 5,
    cut: 12,
    crash: 8,
    lossyCrash: 5,
    restart: 4,
    wallJump: 8,
    longTransaction: 10,
  },
  ends: { session: 75, user: 15, tenant: 6, everything: 4 },
};

/** Nothing goes wrong unless it is said. */
export const calm: Workload = {
  ...usual,
  slow: 0,
  verySlow: 0,
  slowCommit: 0,
  slowBeat: 0,
  lost: 0,
  twice: 0,
  accelerated: 0,
  troubleEvery: Number.POSITIVE_INFINITY,
  sweepEvery: Number.POSITIVE_INFINITY,
  again: 0,
};

/** Only these troubles. */
export function only(troubles: Partial<Record<Trouble, number>>): Workload["troubles"] {
  const names = Object.keys(usual.troubles) as Trouble[];
  return Object.fromEntries(
    names.map((name) => [name, troubles[name] ?? 0]),
  ) as Workload["troubles"];
}
