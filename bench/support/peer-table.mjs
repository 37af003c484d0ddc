// @ts-check
/**
 * Measures all variants on one framework, one after the other in each round. Each process answers
 * the same requests with and without its check, so that what differs is the check: two processes
 * of the very same code differ by more than some checks take.
 */
import { dataFolder } from "../harness/machine.mjs";
import { withoutCheck } from "../harness/text.mjs";
import { startLoad } from "./load.mjs";
import { startPeer, watchLogout } from "./peer-process.mjs";

/**
 * @typedef {import("../harness/bench.mjs").Bench} Bench
 * @typedef {import("./peer-process.mjs").PeerProcess} PeerProcess
 */

/**
 * @param {Bench} bench
 * @param {object} plan
 * @param {string} plan.title
 * @param {number} plan.batch                 requests per run
 * @param {readonly [file: string, names: string[]][]} plan.variants   the bare one first
 * @param {{ redis: string | null, postgres: string | null }} plan.services
 */
export async function peerTable(bench, { title, batch, variants, services }) {
  const load = startLoad();
  const folder = dataFolder();
  /** @type {PeerProcess[]} */
  const peers = [];
  /** @type {Record<string, Awaited<ReturnType<typeof watchLogout>>>} */
  const logouts = {};
  for (const [file, names] of variants) {
    for (const name of names) {
      bench.progress(`${title}: ${name}`, 0);
      // One that does not start is an error of its own, and the others are measured all the same.
      await bench.attempt(bench.only ?? [name], async () => {
        const peer = await startPeer(file, name, { ...services, folder });
        if (!name.endsWith(" bare")) logouts[name] = await watchLogout(peer, load);
        peers.push(peer);
      });
    }
  }
  const [bare] = peers;
  if (!bare) throw new Error("the bare handler does not serve");
  const again = `${bare.name} again`;
  /** One visit a round gives both of a peer's times. @param {PeerProcess} peer @param {readonly [checked: string, unchecked: string]} names */
  const casesOf = (peer, [checked, unchecked]) => {
    /** @type {ReturnType<PeerProcess["measure"]> | null} */
    let visit = null;
    const half = (/** @type {string} */ name, /** @type {"checked" | "unchecked"} */ which) => ({
      name,
      batch,
      run: () => 0,
      own: async () => {
        const [used, last] = visit ? [visit, true] : [peer.measure(load, batch), false];
        visit = last ? null : used;
        return (await used)[which];
      },
    });
    return [half(checked, "checked"), half(unchecked, "unchecked")];
  };
  const table = await bench.table({
    title,
    clock: "cpu",
    rounds: 15,
    fullRounds: 41,
    warmUp: 3,
    tolerance: 0.1,
    control: [bare.name, again],
    cases: [
      // Neither checks anything: the control of the method.
      ...casesOf(bare, [bare.name, again]),
      ...peers.slice(1).flatMap((peer) => casesOf(peer, [peer.name, withoutCheck(peer.name)])),
    ],
  });
  table.record.revokes = Object.fromEntries(
    await Promise.all(
      Object.entries(logouts).map(async ([name, { again: later }]) => [name, await later()]),
    ),
  );
  for (const { stop } of [...peers, load]) stop();
  return table;
}

/**
 * What our check adds, in parts of what another adds.
 * @param {string} ours @param {string} other
 * @returns {(of: Record<string, number>) => number}
 */
export function addedRatio(ours, other) {
  /** @param {Record<string, number>} of @param {string} name */
  const added = (of, name) => (of[name] ?? 0) - (of[withoutCheck(name)] ?? 0);
  return (of) => added(of, ours) / added(of, other);
}

/** Throws where a case was not measured. @param {Record<string, number[]>} times @param {string} name */
export function needs(times, name) {
  if (!times[name]) throw new Error(`"${name}" was not measured`);
}
