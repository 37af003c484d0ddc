// @ts-check
/** The few statistics that the bench needs. Everything random is seeded, so a result repeats. */

/**
 * @typedef {object} Summary
 * @property {number} n      how many values
 * @property {number} median
 * @property {number} iqr    the distance from the first to the third quartile
 * @property {number} p10
 * @property {number} low    lower end of the 95 % interval of the median
 * @property {number} high   upper end
 */

/**
 * The value below which a share `q` of the values lies, interpolated.
 * @param {readonly number[]} values
 * @param {number} q from 0 to 1
 */
export function quantile(values, q) {
  if (values.length === 0) throw new RangeError("There is no quantile of no values.");
  const sorted = Float64Array.from(values).toSorted();
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * Numbers from 0 to 1, the same ones for the same seed (mulberry32).
 * @param {number} seed
 * @returns {() => number}
 */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The interval in which the median lies with 95 % confidence: of 1000 resamples of the values,
 * the middle 950 medians.
 * @param {readonly number[]} values
 * @param {{ resamples?: number, seed?: number }} [options]
 */
export function bootstrap(values, { resamples = 1000, seed = 1 } = {}) {
  const random = randomFrom(seed);
  const medians = Array.from({ length: resamples }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)),
  );
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}

/**
 * @param {readonly number[]} values
 * @returns {Summary}
 */
export function summarize(values) {
  return {
    n: values.length,
    median: median(values),
    iqr: quantile(values, 0.75) - quantile(values, 0.25),
    p10: quantile(values, 0.1),
    ...bootstrap(values),
  };
}

/**
 * With `seen` hits in `n` trials, the share that is not exceeded with 95 % confidence: 3/n for
 * none, else by the normal approximation of the Poisson count.
 * @param {number} seen
 * @param {number} n
 */
export function upperShare(seen, n) {
  return seen === 0 ? 3 / n : (seen + 1.645 * Math.sqrt(seen) + 1.35) / n;
}
