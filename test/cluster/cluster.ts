/** Several instances of one application on one database, each a process that can fail. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Pool } from "undici";
import { freePort } from "../services/port.ts";
import type { Counters, InstanceSettings } from "./instance.ts";

/** What a start may set. */
export interface ClusterOptions {
  /** How many instances. */
  readonly size: number;
  /** The URL of the database, for all or for each by its index. */
  readonly database: string | ((index: number) => string);
  /** The URL of the Redis, likewise (default none). */
  readonly redis?: string | ((index: number) => string);
  /** Default `strict`. */
  readonly consistency?: "strict" | "bounded";
  /** B in milliseconds (default 1000). */
  readonly bound?: number;
  /** How many logouts a user has in five minutes (default any number). */
  readonly logouts?: number;
}

/** A request. */
export interface Ask {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** An answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A line that an instance has logged. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** What state a process is in. */
export type State = "running" | "stopped" | "killed";

/** Several instances. */
export interface Cluster {
  readonly instances: readonly Instance[];
  /** The credential of back ends. */
  readonly serviceToken: string;
  /** The instances that run. */
  running(): readonly Instance[];
  /** Ends all processes. */
  stop(): Promise<void>;
}

/** Starts instances, one after another for the first, which makes the tables. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { size, database, redis, consistency = "strict", bound = 1000 } = options;
  const of = (value: string | ((index: number) => string), index: number): string =>
    typeof value === "string" ? value : value(index);
  const serviceToken = randomBytes(32).toString("base64url");
  const instances: Instance[] = [];
  for (let index = 0; index < size; index += 1) {
    instances.push(
      new Instance(index, {
        port: await freePort(),
        database: of(database, index),
        redis: redis === undefined ? null : of(redis, index),
        consistency,
        bound,
        serviceToken,
        logouts: options.logouts ?? 1_000_000_000,
      }),
    );
  }
  const stop = async (): Promise<void> => {
    await Promise.all(instances.map((instance) => instance.close()));
  };
  try {
    const [first, ...others] = instances;
    await first?.start();
    await Promise.all(others.map((instance) => instance.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const running = (): Instance[] => instances.filter(({ state }) => state === "running");
  return { instances, serviceToken, running, stop };
}

/** One instance. Its address stays the same over all of its starts. */
export class Instance {
  readonly name: string;
  readonly url: string;
  /** What it has logged since its first start. */
  readonly log: LogRecord[] = [];
  readonly #settings: InstanceSettings;
  readonly #pool: Pool;
  readonly #losses = new EventEmitter();
  #child: ChildProcess | null = null;
  #state: State = "killed";

  constructor(index: number, settings: InstanceSettings) {
    this.name = `instance ${index}`;
    this.#settings = settings;
    this.url = `http://127.0.0.1:${settings.port}`;
    // As many connections as there are requests: none waits for another before it is written.
    this.#losses.setMaxListeners(0);
    this.#pool = new Pool(this.url, { connections: null, pipelining: 1 });
  }

  get state(): State {
    return this.#state;
  }

  /** Starts the process, and waits until it is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [await program()], {
      env: { PATH: process.env["PATH"] ?? "", INSTANCE: JSON.stringify(this.#settings) },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child = child;
    // Should the test run itself be ended, its child must not outlive it.
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    child.once("close", () => process.off("exit", kill));
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdin.on("error", () => undefined);
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stdout).on("line", (line) => {
        const event = JSON.parse(line) as LogRecord;
        if ("ready" in event) resolve();
        else this.log.push(event);
      });
      child.once("error", reject);
      child.once("close", (code, signal) => {
        if (this.#child === child && this.#state === "running") {
          this.#state = "killed";
          this.log.push({ level: "fatal", message: `ended (${code ?? signal}): ${errors}` });
        }
        reject(new Error(`${this.name} ended before it was ready:\n${errors}`));
      });
    });
    this.#state = "running";
  }

  /** Resolves when it is stopped or killed: nobody should wait for its answer any longer. */
  async lost(signal: AbortSignal): Promise<void> {
    await once(this.#losses, "lost", { signal });
  }

  /** Kills it without a word, as a power switch would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#state = "killed";
    this.#losses.emit("lost");
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }

  /** Stops it where it stands; its connections stay open. */
  freeze(): void {
    this.#state = "stopped";
    this.#losses.emit("lost");
    this.#child?.kill("SIGSTOP");
  }

  /** Lets it go on. */
  thaw(): void {
    this.#child?.kill("SIGCONT");
    this.#state = "running";
  }

  /** Kills it if it runs, and starts it again. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Sends a request. Rejects when there is no answer. */
  async ask({ method = "GET", path, headers = {}, json }: Ask): Promise<Reply> {
    const body = json === undefined ? null : JSON.stringify(json);
    const type = body === null ? {} : { "content-type": "application/json" };
    const answer = await this.#pool.request({
      method,
      path,
      headers: { "user-agent": userAgent, accept: "application/json", ...type, ...headers },
      body,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text };
  }

  async counters(): Promise<Counters> {
    return JSON.parse((await this.ask({ path: "/counters" })).text) as Counters;
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.kill();
    await this.#pool.destroy();
  }
}

/** What every client calls itself: memory answers only the device that it knows. */
export const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

let compiled: Promise<string> | null = null;

/** The program, compiled once: Node 20 runs no TypeScript. It lies where its imports resolve. */
function program(): Promise<string> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<string> {
  const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
  const folder = path(`dist/${process.pid}-${randomBytes(4).toString("hex")}`);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/package.json`, '{ "type": "module" }');
  const tsc = path("../../node_modules/typescript/bin/tsc");
  const options = "--ignoreConfig --noCheck --noResolve --target es2023 --module nodenext";
  const args = [...options.split(" "), "--types", "node", "--outDir", folder, path("instance.ts")];
  await promisify(execFile)(process.execPath, [tsc, ...args]);
  return `${folder}/instance.js`;
}
