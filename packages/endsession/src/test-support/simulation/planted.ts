/**
 * Each rule of the lease left out, with a workload that brings that to light. Two more were tried
 * and show nothing by themselves: that an instance which does apply all ends goes on remembering
 * when it was expelled by mistake; and rule 2 in calm strict worlds, where the ender waits it out.
 */
import * as faults from "./faults.ts";
import type { Fault } from "./instance.ts";
import { calm, only, type Workload } from "./workload.ts";
import type { Verdict, Wrong } from "./world.ts";

const forbidden: Record<Workload["mode"], readonly Wrong["kind"][]> = {
  strict: ["answered", "late", "lookup"],
  bounded: ["late", "lookup"],
};

/** What a verdict says that must not be. */
export function wrongs(
  { wrong }: Verdict,
  { mode }: Workload,
  by: readonly Wrong["kind"][] = forbidden[mode],
): readonly Wrong[] {
  return wrong.filter(({ kind }) => by.includes(kind));
}

/** A planted fault. */
export interface Planted {
  readonly rule: string;
  /** In how many of 100 seeds it was found when this was written. */
  readonly foundIn: number;
  readonly fault: Fault;
  readonly workload: Workload;
  /** By what it shows; by default by whatever the workload's mode forbids. */
  readonly by?: readonly Wrong["kind"][];
  /** What is right instead; the same workload without a fault unless told otherwise. */
  readonly instead?: { readonly fault: Fault; readonly workload: Workload };
}

const cuts: Workload = { ...calm, troubleEvery: 1500, endEvery: 150, troubles: only({ cut: 1 }) };
const crashes: Workload = {
  ...calm,
  endEvery: 300,
  troubleEvery: 4000,
  troubles: only({ lossyCrash: 1 }),
};
const slowBeats: Workload = { ...cuts, slowBeat: 0.5, lost: 0.5, troubleEvery: 700, endEvery: 60 };

export const planted: readonly Planted[] = [
  {
    rule: "8: the answer to an end does not wait",
    foundIn: 100,
    fault: {},
    workload: { ...calm, mode: "bounded" },
    by: ["answered"],
    instead: { fault: {}, workload: calm },
  },
  {
    rule: "8: an end that another has committed is answered at once",
    foundIn: 100,
    fault: faults.answersForOthers,
    workload: { ...calm, again: 0.9, slow: 0.1 },
  },
  {
    rule: "8: who ends gives up after half a second",
    foundIn: 100,
    fault: faults.impatient,
    workload: cuts,
  },
  { rule: "4: no lease is asked at use", foundIn: 100, fault: faults.noLease, workload: cuts },
  {
    rule: "4: the clock is read every 400 ms",
    foundIn: 94,
    fault: faults.cachedClock,
    workload: cuts,
  },
  {
    rule: "4: the wall clock is not read, and the machine sleeps",
    foundIn: 100,
    fault: faults.noWallClock,
    workload: { ...cuts, troubles: only({ suspend: 1 }) },
  },
  {
    rule: "3: the lease counts from the answer to the poll",
    foundIn: 34,
    fault: faults.leaseFromAnswer,
    workload: { ...cuts, verySlow: 0.15, lost: 0.8, troubleEvery: 1200, endEvery: 100 },
  },
  { rule: "1: reads, then beats", foundIn: 34, fault: faults.readBeforeBeat, workload: slowBeats },
  {
    rule: "1: beats and reads in one snapshot",
    foundIn: 93,
    fault: faults.beatWithRead,
    workload: slowBeats,
  },
  {
    rule: "5: a lookup is remembered, whatever has ended meanwhile",
    foundIn: 100,
    fault: faults.insertUnseen,
    workload: { ...calm, slow: 0.3, endEvery: 200 },
  },
  {
    rule: "9: who has just begun to watch trusts the first look",
    foundIn: 97,
    fault: faults.trustsTheFirstLook,
    workload: { ...cuts, troubleEvery: 500, troubles: only({ crash: 1, cut: 3 }) },
  },
  {
    rule: "2: nothing is read while a transaction before it is open",
    foundIn: 97,
    fault: faults.belowOldest,
    workload: {
      ...calm,
      mode: "bounded",
      troubleEvery: 3000,
      troubles: only({ longTransaction: 1 }),
    },
  },
  {
    rule: "6: a position is kept over a crash, and numbers are given out again",
    foundIn: 41,
    fault: faults.keepsPosition,
    workload: crashes,
  },
  {
    rule: "10: an instance that never learns of ends does not heed its expulsion",
    foundIn: 100,
    fault: faults.deafAndUnmoved,
    workload: calm,
    by: ["answered"],
    instead: { fault: faults.deaf, workload: calm },
  },
];
