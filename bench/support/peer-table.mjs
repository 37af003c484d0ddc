// @ts-check
/** Measures all variants on one framework, one after the other in each round. */
import { dataFolder } from "../harness/machine.mjs";
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
  const caseOf = (/** @type {string} */ name, /** @type {PeerProcess} */ peer) => ({
    name,
    batch,
    run: () => 0,
    own: () => peer.measure(load, batch),
  });
  const table = await bench.table({
    title,
    clock: "cpu",
    rounds: 15,
    fullRounds: 41,
    warmUp: 3,
    tolerance: 0.1,
    control: [bare.name, again],
    cases: [
      caseOf(bare.name, bare),
      caseOf(again, bare),
      ...peers.slice(1).map((peer) => caseOf(peer.name, peer)),
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
 * What ours adds to the bare handler, in parts of what another adds; undefined where that did not run.
 * @param {string} bare @param {string} ours @param {string} other
 * @returns {(of: Record<string, number>) => number}
 */
export function addedRatio(bare, ours, other) {
  return (of) => ((of[ours] ?? 0) - (of[bare] ?? 0)) / ((of[other] ?? 0) - (of[bare] ?? 0));
}

/** Throws where a case was not measured. @param {Record<string, number[]>} times @param {string} name */
export function needs(times, name) {
  if (!times[name]) throw new Error(`"${name}" was not measured`);
}
