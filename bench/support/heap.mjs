// @ts-check
/** What is alive on the heap now, in bytes. The parts run with `--expose-gc`. */
export function heap() {
  for (let time = 0; time < 3; time += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
