// @ts-check
/** Says what a measurement means for a target of the budget, and when it means nothing. */
import { quantile, median } from "./statistics.mjs";

/**
 * @typedef {"pass" | "fail" | "unclear"} Verdict
 * @typedef {import("./budget.mjs").Target} Target
 */

/**
 * Fails where the interval lies wholly beyond the gate, passes where it lies within.
 * @param {Pick<Target, "bound" | "gate">} target
 * @param {{ low: number, high: number }} interval
 * @returns {Verdict}
 */
export function judge({ bound, gate }, { low, high }) {
  if (bound === "at most") return low > gate ? "fail" : high <= gate ? "pass" : "unclear";
  return high < gate ? "fail" : low >= gate ? "pass" : "unclear";
}

/**
 * Whether the goal is reached by the value itself, and else how far it is: 1.2 is a fifth too much
 * (or, of a rate, a fifth too little). Null where there is no such figure.
 * @param {Pick<Target, "bound" | "goal">} target
 * @param {number} value
 */
export function distance({ bound, goal }, value) {
  const reached = bound === "at most" ? value <= goal : value >= goal;
  if (reached) return { reached, times: 1 };
  const times = bound === "at most" ? value / goal : goal / value;
  return { reached, times: Number.isFinite(times) && times > 0 ? times : null };
}

/**
 * Why a table gives no verdict; empty where it does.
 * @param {object} facts
 * @param {readonly number[]} facts.control  ratio of the anchor to itself, by round
 * @param {number} facts.tolerance           how far its median may be from 1
 * @param {readonly number[]} [facts.disk]   times of the anchor, where a disk is waited for
 * @param {number} facts.load                1-minute load at the start
 * @param {number} facts.cores
 */
export function doubtsOf({ control, tolerance, disk, load, cores }) {
  const doubts = [];
  const again = median(control);
  if (Math.abs(again - 1) > tolerance) {
    doubts.push(`the anchor measured against itself gave ${again.toFixed(2)}`);
  }
  if (disk && median(disk) > 2 * quantile(disk, 0.1)) {
    doubts.push("the raw commit's median was over twice its p10: somebody else uses the disk");
  }
  if (load > cores) doubts.push(`the load was ${load.toFixed(1)} on ${cores} cores`);
  return doubts;
}

/** An interval wider than a fifth of its value. @param {{ low: number, high: number, median: number }} summary */
export function isUnreliable({ low, high, median: value }) {
  return high - low > 0.2 * Math.abs(value);
}
