/** A real Redis of its own for a test: started, stopped, killed and started again. */
import { mkdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { unpackDebian } from "./debian.ts";
import { versionOf } from "./identity.ts";
import { freePort } from "./port.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What a start may set. */
export interface RedisOptions {
  /** Where it writes (default a new temporary folder, removed by `stop`). */
  readonly folder?: string;
  /** Settings of redis.conf beside and above those of {@link defaultSettings}. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server. Its port stays the same over all of its starts. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Stops it; removes a folder that it made itself. */
  stop(): Promise<void>;
  /** Kills it without a word; the folder stays. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port, after `kill`. */
  start(): Promise<void>;
}

/** A cache and a bus, which keeps nothing over a restart and throws nothing away before. */
const defaultSettings: Readonly<Record<string, string>> = {
  bind: "127.0.0.1",
  appendonly: "no",
  save: "",
  "maxmemory-policy": "noeviction",
};

/** Starts a Redis. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const binary = await findRedis();
  const folder = options.folder ?? (await temporaryFolder({}));
  const ownsFolder = options.folder === undefined;
  await mkdir(folder, { recursive: true });
  const run = (port: number): Promise<ServerProcess> => {
    const all = { ...defaultSettings, dir: folder, ...options.settings, port: String(port) };
    return startProcess({
      program: binary.program,
      args: Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
      env: binary.env,
      identity: {},
      ready: /ready to accept connections/iu,
      folder,
      ownsFolder,
      stopSignal: "SIGTERM",
    });
  };

  let running: ServerProcess | null = null;
  let port = 0;
  for (let attempt = 1; running === null; attempt += 1) {
    port = await freePort();
    running = await run(port).catch((error: unknown) => {
      const taken = String(error).includes("Address already in use");
      if (taken && attempt < 5) return null;
      throw error;
    });
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop: async () => {
      await running?.stop();
      running = null;
      if (ownsFolder) await rm(folder, { recursive: true, force: true });
    },
    kill: async () => {
      await running?.kill();
      running = null;
    },
    start: async () => {
      if (running !== null) throw new Error("This Redis runs already.");
      running = await run(port);
    },
  };
}

interface RedisBinary {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The program: what its variable names, else one on PATH, else Debian's, unpacked into the cache. */
async function findRedis(): Promise<RedisBinary> {
  const variable = "ENDSESSION_TEST_REDIS";
  const named = process.env[variable];
  if (named !== undefined && named !== "") {
    if ((await versionOf(named, {})) !== null) return { program: named, env: {} };
    throw new Error(`${variable} is ${named}, which does not run.`);
  }
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const program = join(folder, "redis-server");
    if (folder !== "" && (await versionOf(program, {})) !== null) return { program, env: {} };
  }
  try {
    const { root, env } = await unpackDebian(["redis-server", "redis-tools"]);
    const program = join(root, "usr/bin/redis-server");
    if ((await versionOf(program, {}, env)) !== null) return { program, env };
    throw new Error(`${program} does not run here; remove ${root}, and try again.`);
  } catch (error) {
    const install =
      process.platform === "darwin"
        ? "brew install redis"
        : "sudo apt-get install -y --no-install-recommends redis-server";
    throw new Error(
      `No Redis was found on PATH. Run "${install}", or set ${variable} to the path of a ` +
        `redis-server, or ENDSESSION_TEST_SKIP=redis to do without.\n${String(error)}`,
      { cause: error },
    );
  }
}
