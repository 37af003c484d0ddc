/** The real demo as a child process: started, stopped, killed and restarted by a test. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a start may set. */
export interface DemoOptions {
  /**
   * The SQLite file, or the URL of a PostgreSQL database, on which several may be started (default
   * a file in a new temporary folder, removed by `stop`).
   */
  readonly database?: string;
  /** More environment variables, such as ENDSESSION_REDIS. */
  readonly env?: Readonly<Record<string, string>>;
  /** The `main.js` of another build of the demo (default our own). */
  readonly main?: string;
}

/** A demo. Its address changes with every restart. */
export interface Demo {
  readonly url: string;
  readonly serviceToken: string;
  /** The path of the SQLite file, or the URL of the PostgreSQL database. */
  readonly database: string;
  /** The exit code of its last end; null before, and when it was killed. */
  readonly exitCode: number | null;
  /** Everything that was written to stdout and stderr since the first start. */
  output(): string;
  /** Asks it to stop and waits until it has; cleans up. */
  stop(): Promise<void>;
  /** Kills it without a word, as a power switch would; the database stays. */
  kill9(): Promise<void>;
  /** Starts it again on the same database. */
  restart(): Promise<void>;
}

/** The accounts that a new database begins with. */
export const accounts = {
  test: { email: "test@example.com", password: "password123" },
  owner: { email: "owner@example.com", password: "correct-horse-battery-staple" },
  guest: { email: "guest@example.com", password: "correct-horse-battery-staple" },
} as const;

const main = fileURLToPath(new URL("../../apps/demo/dist/main.js", import.meta.url));
const readyLine = /^endsession demo: (http:\/\/\S+)/mu;

/** Starts a demo and waits for the line with which it says that it is ready. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const folder = options.database === undefined ? await temporaryFolder() : null;
  const database = options.database ?? join(folder ?? "", "demo.db");
  const serviceToken =
    options.env?.["ENDSESSION_SERVICE_TOKEN"] ?? randomBytes(32).toString("base64url");
  const env = {
    ...withoutSettings(process.env),
    PORT: "0",
    ENDSESSION_DATABASE: database.includes("://") ? database : `file:${database}`,
    ENDSESSION_SERVICE_TOKEN: serviceToken,
    ...options.env,
  };
  let output = "";
  let running: Running | null = null;
  const start = async (): Promise<void> => {
    running = await run(options.main ?? main, env, (text) => {
      output += text;
    });
  };
  let exitCode: number | null = null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const { child } = running ?? {};
    running = null;
    if (!child) return;
    await endChild(child, signal);
    exitCode = child.exitCode;
  };
  await start();
  return {
    get url() {
      if (running === null) throw new Error("The demo is not running.");
      return running.url;
    },
    serviceToken,
    database,
    get exitCode() {
      return exitCode;
    },
    output: () => output,
    stop: async () => {
      await end("SIGTERM");
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
    kill9: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGTERM");
      await start();
    },
  };
}

/** What a demo says that does not start. */
export interface RefusedStart {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a demo that is to refuse its settings, to its end; one that does not is killed. */
export function refusedStart(env: Readonly<Record<string, string>>): Promise<RefusedStart> {
  const settings = { ...withoutSettings(process.env), PORT: "0", ...env };
  const options = { env: settings, timeout: 20_000, killSignal: "SIGKILL" } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, [main], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** A new folder for a database. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "endsession-test-"));
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

async function run(
  program: string,
  env: NodeJS.ProcessEnv,
  write: (text: string) => void,
): Promise<Running> {
  const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
  // Should the test run itself be ended, its child must not outlive it.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));

  let text = "";
  return new Promise((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      text += chunk.toString();
      write(chunk.toString());
      const url = readyLine.exec(text)?.[1];
      if (url !== undefined) resolve({ child, url });
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => {
      reject(new Error(`The demo ended with code ${String(code)} before it was ready:\n${text}`));
    });
  });
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill(signal);
  await closed;
}

/** The tester's own settings must not reach the demo. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(
    ([name]) => !/^(?:ENDSESSION_|PG[A-Z]+$|PORT$|HOST$)/u.test(name),
  );
  return Object.fromEntries(own);
}
