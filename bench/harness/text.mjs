// @ts-check
/** Figures as people read them, the same in the terminal and in the tables. */

/** @typedef {import("./budget.mjs").Target} Target */

export const mark = { pass: "✓", fail: "✗", unclear: "?", missing: "✗" };

/** What the same process takes without its check. @param {string} variant */
export function withoutCheck(variant) {
  return `${variant}, unchecked`;
}

/** @param {Pick<Target, "unit">} target @param {number} value */
export function amount({ unit }, value) {
  switch (unit) {
    case "count":
      return Number.isInteger(value) ? String(value) : value.toFixed(1);
    case "bytes":
      return String(Math.round(value * 10) / 10);
    case "share":
      return `${(value * 100).toFixed(2)} %`;
    case "MB":
      return `${value.toFixed(1)} MB`;
    case "ratio":
    case "slope":
      return value !== 0 && Math.abs(value) < 0.1 ? value.toFixed(3) : value.toFixed(2);
  }
}

/** @param {Pick<Target, "unit">} target @param {{ low: number, high: number, clock: string }} row */
export function interval(target, { low, high, clock }) {
  if (clock === "count") return low === high ? "" : `≤ ${amount(target, high)}`;
  return `${amount(target, low)} – ${amount(target, high)}`;
}

/** How near the goal is. @param {Target} target @param {import("./bench.mjs").Row} row */
export function goalText(target, { goal }) {
  const figure = amount(target, target.goal);
  if (goal.reached) return `${figure} reached`;
  if (goal.times === null) return `${figure} not reached`;
  return `${figure}, ${goal.times < 10 ? goal.times.toFixed(2) : Math.round(goal.times)} × away`;
}
