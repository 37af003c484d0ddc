// @ts-check
/**
 * Keeps an instance busy with requests that it lets through, on as many connections as the load
 * generator has, until it is told to stop.
 * @param {import("./load.mjs").Load} load
 * @param {number} port
 * @param {string[]} requests
 * @returns {() => Promise<void>} resolves when the last request was answered
 */
export function saturate(load, port, requests) {
  // So many at a time that the pause between two orders does not count, and the end is soon.
  const some = 320;
  let over = false;
  const busy = (async () => {
    while (!over) await load.send(port, requests, some);
  })();
  // A failure is told to whoever stops it.
  busy.catch(() => undefined);
  return async () => {
    over = true;
    await busy;
  };
}
