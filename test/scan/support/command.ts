/** The scanner's command line as a user starts it, and everything that it leaves behind. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium } from "../../support/chromium.ts";
import { isRoot } from "../../support/tool.ts";
import { account } from "./hostile-site.ts";

const main = fileURLToPath(
  new URL("../../../packages/endsession-scan/dist/main.js", import.meta.url),
);

export interface Report {
  readonly verdict: string;
  readonly headline: string;
  readonly audits: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly reason: string;
  }[];
}

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Everything that was said or written, to search for what may not be there. */
  readonly everything: string;
  readonly report: Report | null;
  readonly artifacts: string | null;
  /** What is still running of all that the command started. */
  readonly left: readonly string[];
  /** What is still in its folder for temporary files. */
  readonly litter: readonly string[];
}

export interface Running {
  readonly pid: number;
  /** A folder of this run's own. */
  readonly folder: string;
  /** The processes that it started, and theirs. */
  descendants(): readonly Process[];
  /** Resolves when that has been said on stderr. */
  said(what: RegExp): Promise<void>;
  readonly ended: Promise<Ran>;
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** What a scan is started with unless the test is about it. */
export async function usualFlags(): Promise<string[]> {
  return [
    "--username",
    account.username,
    "--password-env",
    "HOSTILE_PASSWORD",
    "--browser-path",
    await findChromium(),
    ...(isRoot() ? ["--no-sandbox"] : []),
  ];
}

/** Starts the command line; reports go to files of the run's folder. */
export function start(
  args: readonly string[],
  { env = {}, folder = newFolder() }: { env?: NodeJS.ProcessEnv; folder?: string } = {},
): Running {
  const temporary = mkdtempSync(join(folder, "tmp-"));
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, HOSTILE_PASSWORD: account.password, TMPDIR: temporary, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid ?? 0;
  const seen = new Map<number, string>();
  const look = (): readonly Process[] => {
    const found = descendantsOf(pid);
    for (const one of found) seen.set(one.pid, one.command);
    return found;
  };
  const watch = setInterval(look, 1000);
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const tell of waiting) tell();
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearInterval(watch);
      // Processes of a browser that was closed may need a moment to go.
      void gone(seen, temporary).then((left) => {
        // Chromium's own lock stays where it is killed.
        const litter = readdirSync(temporary).filter((name) => !name.startsWith("org.chromium."));
        resolve({ ...whatIsIn(folder, stdout, stderr), code, signal, left, litter });
      });
    });
  });
  return {
    pid,
    folder,
    descendants: look,
    ended,
    said: async (what) => {
      while (!what.test(stderr)) {
        await Promise.race([
          new Promise<void>((resolve) => waiting.add(resolve)),
          ended.then(() => {
            if (!what.test(stderr)) throw new Error(`${String(what)} was never said:\n${stderr}`);
          }),
        ]);
      }
    },
  };
}

/** More browsers than this at a time would keep a small machine from everything else. */
const most = 3;
let busy = 0;
const queue: (() => void)[] = [];

/** Does something with a browser when it is its turn. */
export async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (busy >= most) await new Promise<void>((resolve) => queue.push(resolve));
  else busy += 1;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next === undefined) busy -= 1;
    else next();
  }
}

/** Scans a site and waits for the end; JSON, HTML and artifacts are written. */
export async function scan(
  url: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const reports = ["--json", "report.json", "--html", "report.html"];
  const how = ["--quick", "--delays", "0.1", "--save-artifacts", "artifacts.json", ...reports];
  const flags = [...(await usualFlags()), ...how];
  return inTurn(async () => {
    const running = start([url, ...flags, ...args], { env });
    try {
      return await running.ended;
    } finally {
      rmSync(running.folder, { recursive: true, force: true });
    }
  });
}

/** The command line without a scan: for what it refuses. */
export async function command(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; folder?: string } = {},
): Promise<Ran> {
  const running = start(args, options);
  try {
    return await running.ended;
  } finally {
    if (options.folder === undefined) rmSync(running.folder, { recursive: true, force: true });
  }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "endsession-bad-input-"));
}

function whatIsIn(folder: string, stdout: string, stderr: string) {
  const text = (name: string): string | null => {
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {
      return null;
    }
  };
  const [json, html, artifacts] = ["report.json", "report.html", "artifacts.json"].map(text);
  return {
    stdout,
    stderr,
    everything: [stdout, stderr, json, html, artifacts].join("\n"),
    report: json === null || json === undefined ? null : (JSON.parse(json) as Report),
    artifacts: artifacts ?? null,
  };
}

async function gone(
  seen: ReadonlyMap<number, string>,
  temporary: string,
): Promise<readonly string[]> {
  let left: readonly string[] = [];
  for (let round = 0; round < 50; round += 1) {
    left = processes()
      .filter(({ pid, command: text }) => seen.get(pid) === text || text.includes(temporary))
      .filter(({ command: text }) => !text.includes("<defunct>"))
      .map(({ pid, command: text }) => `${pid} ${text.slice(0, 200)}`);
    if (left.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return left;
}

function descendantsOf(pid: number): Process[] {
  const all = processes();
  const found: Process[] = [];
  const parents = new Set([pid]);
  for (let grown = true; grown;) {
    const children = all.filter((one) => parents.has(one.parent) && !parents.has(one.pid));
    for (const one of children) parents.add(one.pid);
    found.push(...children);
    grown = children.length > 0;
  }
  return found;
}

function processes(): Process[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], {
    encoding: "utf8",
    maxBuffer: 64_000_000,
  })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, text] = /^\s*(\d+)\s+(\d+)\s+(.*)$/u.exec(line) ?? [];
      return text === undefined
        ? []
        : [{ pid: Number(pid), parent: Number(parent), command: text }];
    });
}
