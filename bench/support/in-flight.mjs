// @ts-check
/**
 * Does all work, `most` pieces of it at any moment.
 * @template T
 * @param {number} most
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<unknown>} work
 * @returns {Promise<number>} how many were done
 */
export async function inFlight(most, items, work) {
  const waiting = items.values();
  const lane = async () => {
    let done = 0;
    for (const item of waiting) {
      await work(item);
      done += 1;
    }
    return done;
  };
  const lanes = await Promise.all(Array.from({ length: most }, lane));
  return lanes.reduce((sum, done) => sum + done, 0);
}
