// @ts-check
/**
 * Paired, interleaved measurement: every round runs every case once, in rotated order and every
 * second time backwards, so that whatever disturbs the machine disturbs all cases alike, and none
 * always runs after the same other. Only ratios within a round are used.
 */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {number} batch    how many operations one run does
 * @property {() => number | Promise<number>} run
 *   does them, and gives a number that depends on all of them, so that none is optimised away
 * @property {(round: number) => void | Promise<void>} [prepare]   done before the run, untimed
 * @property {() => Promise<number>} [own]
 *   where the work is done elsewhere: runs it, and gives the microseconds that it took
 *
 * @typedef {"cpu" | "wall"} ClockName
 */

/** @type {Record<ClockName, () => number>} */
const clocks = {
  /** Microseconds of processor time of this process, garbage collection and thread pool included. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Microseconds that have passed. */
  wall: () => performance.now() * 1000,
};

/** What all runs were folded into. Printed at the end, so that nothing is optimised away. */
export const sink = { value: 0 };

/** Fewer rounds than these say nothing. */
export const leastRounds = 15;

/**
 * Runs all cases `rounds` times, after some rounds that do not count. Gives microseconds per
 * operation, by case and round.
 * @param {object} plan
 * @param {ClockName} plan.clock
 * @param {number} plan.rounds    an odd number
 * @param {number} [plan.warmUp]  rounds that do not count (default 1)
 * @param {number} [plan.seconds] after so many no further pair of rounds is begun, once there are
 *   {@link leastRounds} (default no limit)
 * @param {readonly Case[]} plan.cases
 * @param {(share: number) => void} [plan.progress]
 * @returns {Promise<Record<string, number[]>>}
 */
export async function runRounds({
  clock,
  rounds,
  warmUp = 1,
  seconds = Infinity,
  cases,
  progress,
}) {
  const until = performance.now() + seconds * 1000;
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(cases.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    if (round >= leastRounds && round % 2 === 1 && performance.now() > until) break;
    for (let turn = 0; turn < cases.length; turn += 1) {
      const one = cases[placeOf(round + warmUp, turn, cases.length)];
      if (!one) continue;
      await one.prepare?.(round);
      // What runs behind, such as the poll that keeps a lease, has its turn between the cases.
      await nextTurn();
      const time = await timeOf(one, clock);
      if (round >= 0) times[one.name]?.push(time / one.batch);
    }
    progress?.(Math.max(0, round + 1) / rounds);
  }
  return times;
}

/** @returns {Promise<void>} */
function nextTurn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @param {number} round @param {number} turn @param {number} n */
function placeOf(round, turn, n) {
  const forwards = (turn + round) % n;
  return round % 2 === 0 ? forwards : n - 1 - forwards;
}

/** @param {Case} one @param {ClockName} clock */
async function timeOf(one, clock) {
  if (one.own) return one.own();
  const now = clocks[clock];
  const started = now();
  const result = one.run();
  sink.value = (sink.value + (typeof result === "number" ? result : await result)) % 1e9;
  // The garbage of a case is its own affair, and not that of the one that runs next.
  if (clock === "cpu") globalThis.gc?.({ type: "minor" });
  return now() - started;
}

/**
 * The value of a row in each round.
 * @param {Record<string, number[]>} times
 * @param {(round: Record<string, number>) => number} value from the times of one round
 */
export function perRound(times, value) {
  const [first = []] = Object.values(times);
  return first.map((_, round) =>
    value(Object.fromEntries(Object.entries(times).map(([name, all]) => [name, all[round] ?? 0]))),
  );
}
