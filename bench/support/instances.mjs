// @ts-check
/** Several instances of one application, each a process that can fail. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ id: number, result?: any, problem?: string }} Told
 * @typedef {{ resolve: (result: any) => void, reject: (error: Error) => void }} Waiting
 */

export class Instance {
  /** Where it listens. */
  port = 0;
  #child;
  #said = "";
  #next = 1;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();

  /** Begins to start. @param {string} file of `instances/` @param {object} settings */
  constructor(file, settings) {
    const path = fileURLToPath(new URL(`../instances/${file}`, import.meta.url));
    this.#child = fork(path, [JSON.stringify(settings)], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    const kill = () => this.#child.kill("SIGKILL");
    process.setMaxListeners(0).once("exit", kill);
    this.#child.stderr?.on("data", (chunk) => (this.#said += String(chunk)));
    this.#child.on("message", (message) => this.#hear(/** @type {Told} */ (message)));
    this.#child.once("exit", () => {
      process.off("exit", kill);
      const error = new Error(`an instance has died: ${this.#said.slice(-2000).trim()}`);
      for (const { reject } of this.#waiting.values()) reject(error);
    });
  }

  /** Resolves once it listens. */
  async ready() {
    this.port = await this.#answer(0);
    return this;
  }

  /** Has it do something. @param {string} command @param {unknown} [argument] @returns {Promise<any>} */
  tell(command, argument) {
    const id = (this.#next += 1);
    this.#child.send({ id, command, argument });
    return this.#answer(id);
  }

  /** Signs devices in, and gives their session cookies. @param {number} n @returns {Promise<string[]>} */
  start(n) {
    return this.tell("start", n);
  }

  /** Microseconds of processor time since its start. */
  async cpu() {
    /** @type {{ user: number, system: number }} */
    const { user, system } = await this.tell("cpu");
    return user + system;
  }

  /** Stops it where it stands; its connections stay open. */
  freeze() {
    this.#child.kill("SIGSTOP");
  }

  /** Lets it go on. */
  thaw() {
    this.#child.kill("SIGCONT");
  }

  /** Kills it without a word, as a power switch would. */
  async kill() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** @param {number} id @returns {Promise<any>} */
  #answer(id) {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** @param {Told} told */
  #hear({ id, result, problem }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (problem === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(problem));
  }
}

/**
 * Starts instances, the first one before the others: it makes the tables.
 * @param {string} file
 * @param {readonly object[]} settings   one for each
 */
export async function startInstances(file, [first = {}, ...others]) {
  const one = await new Instance(file, first).ready();
  return [one, ...(await Promise.all(others.map((each) => new Instance(file, each).ready())))];
}
