/**
 * The lease in simulated worlds: the real parts in virtual time, with slow, lost and doubled
 * messages, clocks that drift and jump, processes that are stopped, suspended and killed, and a
 * server that crashes. No request that was sent after the answer to an end is accepted, and each
 * rule that is left out on purpose is found.
 *
 *     ENDSESSION_SEED=17 npx vitest run --project unit core/live/simulation   one seed, with its trace
 *     ENDSESSION_NIGHTLY=1 …                                                  a thousand seeds
 */
import { describe, expect, it } from "vitest";
import { planted, wrongs } from "../../test-support/simulation/planted.ts";
import { calm, usual, type Workload } from "../../test-support/simulation/workload.ts";
import { simulate, type Verdict } from "../../test-support/simulation/world.ts";

const bound = 2000;
const count = process.env["ENDSESSION_NIGHTLY"] ? 1000 : 60;
const single = process.env["ENDSESSION_SEED"];
const timeout = { timeout: 20_000 + count * 500 };

/** Runs seed after seed, each without a fault; a seed that fails is told, and told how. */
async function runAll(workload: Workload, seeds: number): Promise<Verdict[]> {
  const list = single ? [Number(single)] : Array.from({ length: seeds }, (_, index) => index + 1);
  const verdicts: Verdict[] = [];
  for (const seed of list) {
    const verdict = await simulate(seed, workload);
    const [first] = wrongs(verdict, workload);
    if (first || single) {
      const { trace } = await simulate(seed, workload, {}, true);
      const end = trace.findIndex((line) => line.includes("WRONG"));
      const shown = single ? trace : trace.slice(Math.max(0, end - 60), end + 1);
      if (first) expect.fail(`ENDSESSION_SEED=${seed}\n${shown.join("\n")}`);
      process.stdout.write(`${shown.join("\n")}\n`);
    }
    verdicts.push(verdict);
  }
  return verdicts;
}

function share<T>(list: readonly T[], is: (one: T) => boolean): number {
  return list.filter(is).length / list.length;
}

function sum(verdicts: readonly Verdict[], of: "checks" | "fromMemory"): number {
  return verdicts.reduce((all, verdict) => all + verdict[of], 0);
}

describe("the lease, in simulated worlds", () => {
  it(
    "SS-05 RV-05: strict, nothing sent after the answer to an end is accepted",
    timeout,
    async () => {
      const verdicts = await runAll(usual, count);
      if (single) return;
      // And it is worth something: memory answers, and ends do not wait for ever.
      const waits = verdicts.flatMap((verdict) => verdict.waits);
      expect(sum(verdicts, "fromMemory") / sum(verdicts, "checks")).toBeGreaterThan(0.75);
      expect(waits.length).toBeGreaterThan(count * 20);
      expect(share(waits, (wait) => wait < 600)).toBeGreaterThan(0.5);
      expect(share(waits, (wait) => wait < bound + 100)).toBeGreaterThan(0.93);
      // The answer to the commit, a look that hangs, and the time that an expelled instance gets.
      expect(Math.max(...waits)).toBeLessThan(4.5 * bound);
    },
  );

  it("SS-05: bounded, nothing is accepted longer than B after the commit", timeout, async () => {
    await runAll({ ...usual, mode: "bounded" }, count / 3);
  });

  it("SS-05: where nothing is wrong, an end waits for a few messages", timeout, async () => {
    const verdicts = await runAll(calm, 5);
    const waits = verdicts.flatMap((verdict) => verdict.waits).sort((a, b) => a - b);
    expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(10);
    expect(share(waits, (wait) => wait < 20)).toBeGreaterThan(0.9);
    expect(sum(verdicts, "fromMemory") / sum(verdicts, "checks")).toBeGreaterThan(0.75);
  });
});

describe("a rule of the lease left out is found", () => {
  // The least of them is found with every third seed.
  const seeds = Array.from({ length: 30 }, (_, index) => index + 1);

  it.each(planted)("$rule", timeout, async ({ fault, workload, by, instead }) => {
    const right = { fault: instead?.fault ?? {}, workload: instead?.workload ?? workload };
    for (const seed of seeds) {
      const without = await simulate(seed, right.workload, right.fault);
      expect(wrongs(without, right.workload, by), `seed ${seed}`).toEqual([]);
      if (wrongs(await simulate(seed, workload, fault), workload, by).length > 0) return;
    }
    expect.fail(`None of ${seeds.length} seeds has found it.`);
  });
});
