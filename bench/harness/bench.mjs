// @ts-check
/** What a case file works with: it measures tables and reports rows of the budget. */
import { cpus, loadavg } from "node:os";
import { targetOf } from "./budget.mjs";
import { perRound, runRounds } from "./rounds.mjs";
import { median, summarize } from "./statistics.mjs";
import { distance, doubtsOf, isUnreliable, judge } from "./verdict.mjs";

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} clock     "cpu", "wall" or "count"
 * @property {number} value     the median
 * @property {number} low       of the 95 % interval
 * @property {number} high
 * @property {number} n         rounds, or what was counted
 * @property {number[]} values  by round
 * @property {"pass" | "fail" | "unclear"} verdict
 * @property {{ reached: boolean, times: number | null }} goal
 * @property {string[]} notes   why there is no verdict; what is behind the figure
 *
 * @typedef {object} TableRecord
 * @property {string} title
 * @property {string} clock
 * @property {number} rounds
 * @property {number} control   the anchor against itself
 * @property {string[]} doubts
 * @property {Record<string, { median: number, iqr: number, p10: number, values: number[] }>} cases
 *   microseconds per operation
 * @property {Record<string, string>} [revokes]   of peers: when a logout was felt, as it was seen
 *
 * @typedef {object} Plan
 * @property {string} title
 * @property {import("./rounds.mjs").ClockName} clock
 * @property {number} [rounds]     of the quick set (default 15); the full set runs 41
 * @property {number} [fullRounds] default 41
 * @property {number} [warmUp]     rounds that do not count (default 1)
 * @property {number} [seconds]    of the quick set: how long it may take (default no limit)
 * @property {readonly import("./rounds.mjs").Case[]} cases
 * @property {readonly [anchor: string, again: string]} control   the same work twice
 * @property {number} [tolerance]  default 0.05
 * @property {boolean} [disk]      whether the anchor waits for a disk
 */

export class Bench {
  /** @type {Row[]} */
  rows = [];
  /** @type {TableRecord[]} */
  tables = [];
  /** @type {{ rows: readonly string[], message: string }[]} */
  errors = [];

  /**
   * @param {object} how
   * @param {boolean} how.full
   * @param {number} how.factor                 of rounds: 2 when an unclear row is run again
   * @param {readonly string[] | null} how.only the rows that are wanted; null for all
   * @param {(doing: string, share: number) => void} how.progress
   */
  constructor({ full, factor, only, progress }) {
    this.full = full;
    this.factor = factor;
    this.only = only;
    this.progress = progress;
    this.load = loadavg()[0] ?? 0;
  }

  /** Whether any of these rows is wanted. @param {readonly string[]} rows */
  wants(...rows) {
    return rows.some((row) => this.only === null || this.only.includes(row));
  }

  /**
   * Does a piece of work that reports these rows. What goes wrong in it is their failure, and
   * keeps nothing else from running.
   * @param {readonly string[]} rows
   * @param {() => Promise<void>} work
   */
  async attempt(rows, work) {
    if (!this.wants(...rows)) return;
    try {
      await work();
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.errors.push({ rows, message });
    }
  }

  /** Measures cases against each other. @param {Plan} plan */
  async table(plan) {
    const { title, clock, cases, control, tolerance = 0.05, disk = false } = plan;
    const [anchor, again] = control;
    const planned = this.full ? (plan.fullRounds ?? 41) : (plan.rounds ?? 15);
    const rounds = planned * this.factor + ((planned * this.factor + 1) % 2);
    const progress = (/** @type {number} */ share) => this.progress(title, share);
    const seconds = this.full ? Infinity : (plan.seconds ?? Infinity) * this.factor;
    const { warmUp = 1 } = plan;
    const times = await runRounds({ clock, rounds, warmUp, seconds, cases, progress });
    const controls = perRound(times, (of) => (of[again] ?? 0) / (of[anchor] ?? 0));
    const doubts = doubtsOf({
      control: controls,
      tolerance,
      ...(disk && { disk: times[anchor] ?? [] }),
      load: this.load,
      cores: cpus().length,
    });
    /** @type {TableRecord} */
    const record = {
      title,
      clock,
      rounds: controls.length,
      control: median(controls),
      doubts,
      cases: Object.fromEntries(
        Object.entries(times).map(([name, values]) => {
          const { median: middle, iqr, p10 } = summarize(values);
          return [name, { median: middle, iqr, p10, values }];
        }),
      ),
    };
    this.tables.push(record);
    return { times, record };
  }

  /**
   * Reports a row that is computed from the times of each round.
   * @param {string} id
   * @param {{ times: Record<string, number[]>, record: TableRecord }} table
   * @param {(round: Record<string, number>) => number} value
   * @param {readonly string[]} [notes]
   */
  ratio(id, { times, record }, value, notes = []) {
    const values = perRound(times, value);
    this.values(id, record.clock, values, { doubts: record.doubts, notes });
  }

  /**
   * Reports a row by its values, one a round.
   * @param {string} id
   * @param {string} clock
   * @param {number[]} values
   * @param {{ doubts?: readonly string[], notes?: readonly string[] }} [more]
   */
  values(id, clock, values, { doubts = [], notes = [] } = {}) {
    if (!this.wants(id)) return;
    const target = targetOf(id);
    const { median: value, low, high, n } = summarize(values);
    const unreliable = target.unit === "ratio" && isUnreliable({ low, high, median: value });
    this.rows.push({
      id,
      clock,
      value,
      low,
      high,
      n,
      values,
      verdict: doubts.length > 0 ? "unclear" : judge(target, { low, high }),
      goal: distance(target, value),
      notes: [...doubts, ...(unreliable ? ["unreliable: the interval is wide"] : []), ...notes],
    });
  }

  /**
   * Reports a figure that is exact: a count, or bytes.
   * @param {string} id
   * @param {number} value
   * @param {{ n?: number, high?: number, notes?: readonly string[] }} [more] `high`: its 95 % bound
   */
  exact(id, value, { n = 1, high = value, notes = [] } = {}) {
    if (!this.wants(id)) return;
    const target = targetOf(id);
    this.rows.push({
      id,
      clock: "count",
      value,
      low: value,
      high,
      n,
      values: [value],
      verdict: judge(target, { low: value, high: value }),
      goal: distance(target, value),
      notes: [...notes],
    });
  }
}
