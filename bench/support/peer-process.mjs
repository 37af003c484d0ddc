// @ts-check
/** A variant that serves in a process of its own: asked over HTTP, measured by its processor time. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { userAgent } from "./installation.mjs";
import { get } from "./wire.mjs";

/** @typedef {import("../peers/servers/serve.mjs").Services} Services */

const host = fileURLToPath(new URL("../peers/host.mjs", import.meta.url));

/** Requests that do not count, and how often a measurement goes from one half to the other. */
const warmUp = 150;
const turns = 4;

/**
 * @param {string} file   of `peers/servers/`
 * @param {string} name   as that file calls it
 * @param {Services} services
 */
export async function startPeer(file, name, services) {
  const child = fork(host, [JSON.stringify({ file, name, services })], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  process.setMaxListeners(0).once("exit", () => child.kill());
  let said = "";
  child.stderr?.on("data", (chunk) => (said = (said + String(chunk)).slice(-2000)));
  const died = once(child, "exit").then(() => {
    throw new Error(`the server of "${name}" died: ${said.trim()}`);
  });
  died.catch(() => undefined);
  const heard = () =>
    Promise.race([once(child, "message"), died]).then(([message]) => /** @type {any} */ (message));

  /** @type {{ port: number, credentials: Record<string, string>[] }} */
  const { port, credentials } = await heard();
  const requestsOf = (/** @type {string} */ path) =>
    credentials.map((headers) => get(path, { "User-Agent": userAgent, ...headers }));
  const requests = requestsOf("/");
  const bare = requestsOf("/bare");
  const cpu = async () => {
    child.send("cpu");
    return /** @type {number} */ ((await heard()).cpu);
  };
  return {
    name,
    port,
    requests,
    /**
     * Microseconds of the server for so many requests each, checked and unchecked by turns: both
     * meet the same heap and the same caches, however those are today.
     * @param {import("./load.mjs").Load} load
     * @param {number} count
     */
    async measure(load, count) {
      const used = { checked: 0, unchecked: 0 };
      const halves = /** @type {const} */ ([
        ["checked", requests],
        ["unchecked", bare],
      ]);
      // The others have had the processor meanwhile, and idle connections were closed.
      for (const [, of] of halves) await load.send(port, of, warmUp);
      for (let turn = 0; turn < turns; turn += 1) {
        for (const [half, of] of turn % 2 === 0 ? halves : halves.toReversed()) {
          const before = await cpu();
          await load.send(port, of, count / turns);
          used[half] += (await cpu()) - before;
        }
      }
      return used;
    },
    /** @param {number} device */
    async logout(device) {
      child.send(String(device));
      await heard();
    },
    stop: () => child.kill(),
  };
}

/** @typedef {Awaited<ReturnType<typeof startPeer>>} PeerProcess */

/** How long an ended credential was watched, at least, before it counts as not ended, in ms. */
const watched = 1000;

/**
 * Signs the last device out, and watches how long its credential is accepted still. The device is
 * taken out of the requests.
 * @param {PeerProcess} peer
 * @param {import("./load.mjs").Load} load
 * @returns {Promise<{ text: string, again: () => Promise<string> }>} what was seen, and is seen later
 */
export async function watchLogout(peer, load) {
  const request = peer.requests.pop() ?? "";
  const accepted = () =>
    load.send(peer.port, [request], 1).then(
      () => true,
      () => false,
    );
  const refused = () =>
    load.send(peer.port, [get("/", {})], 1, 401).then(
      () => true,
      () => false,
    );
  if (!(await accepted()) || !(await refused())) {
    throw new Error(`"${peer.name}" does not answer 200 with a credential and 401 without`);
  }
  await peer.logout(peer.requests.length);
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  if (!(await accepted())) return { text: "at once", again: async () => "at once" };
  while (performance.now() - started < watched) {
    await wait(50);
    if (!(await accepted()))
      return { text: `after ${seconds()} s`, again: async () => `after ${seconds()} s` };
  }
  return {
    text: `not within ${seconds()} s`,
    again: async () => ((await accepted()) ? `not within ${seconds()} s` : `within ${seconds()} s`),
  };
}
