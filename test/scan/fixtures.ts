/** The scanner's corpus: small applications in several languages, each right, or broken in one way. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ConfigInput, ScanOptions } from "endsession-scan";
import { findPhp } from "../services/php.ts";
import { findPython } from "../services/python.ts";

/** One entry of a `catalogue.json`. */
export interface Fixture {
  readonly name: string;
  readonly runtime: Runtime;
  readonly framework: string;
  readonly shape: string;
  readonly title: string;
  /** The audits that have to fail; empty for a right application. */
  readonly fails: readonly string[];
  /** What the scanner cannot find out by itself. */
  readonly config?: Partial<ConfigInput>;
  readonly options?: ScanOptions;
}

const runtimes = ["node", "python", "php"] as const;
type Runtime = (typeof runtimes)[number];

const folder = fileURLToPath(new URL("../../packages/endsession-scan/fixtures/", import.meta.url));

export async function readCatalogue(): Promise<Fixture[]> {
  const lists = await Promise.all(
    runtimes.map(async (runtime) => {
      const text = await readFile(`${folder}${runtime}/catalogue.json`, "utf8");
      return JSON.parse(text) as Fixture[];
    }),
  );
  return lists.flat();
}

/** Running fixtures: their addresses by name, and how to end them. */
export interface Corpus {
  readonly urls: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** Starts fixtures: one process for those of Node, one for those of Python, one that runs the PHPs. */
export async function startFixtures(fixtures: readonly Fixture[]): Promise<Corpus> {
  const started = await Promise.all(
    runtimes.map(async (runtime) => {
      const names = fixtures.filter((it) => it.runtime === runtime).map(({ name }) => name);
      return names.length === 0 ? null : start(runtime, names);
    }),
  );
  const running = started.filter((it) => it !== null);
  return {
    urls: new Map(running.flatMap(({ urls }) => urls)),
    stop: async () => {
      await Promise.all(running.map(({ child }) => ended(child)));
    },
  };
}

async function start(
  runtime: Runtime,
  names: readonly string[],
): Promise<{ child: ChildProcess; urls: [string, string][] }> {
  const { command, args, env } = await launcher(runtime);
  const child = spawn(command, [...args, ...names], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`The ${runtime} fixtures ended with ${String(code)}: ${errors}`));
    });
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (!/^ready$/mu.test(output)) return;
      const urls = [...output.matchAll(/^(\S+) (http:\S+)$/gmu)].map(
        ([, name = "", url = ""]): [string, string] => [name, url],
      );
      resolve({ child, urls });
    });
  });
}

async function launcher(
  runtime: Runtime,
): Promise<{ command: string; args: string[]; env: Readonly<Record<string, string>> }> {
  switch (runtime) {
    case "node":
      return { command: process.execPath, args: [`${folder}node/main.mjs`], env: {} };
    case "python": {
      const { command, env } = await findPython();
      return {
        command,
        args: [`${folder}python/main.py`],
        env: { ...env, PYTHONDONTWRITEBYTECODE: "1" },
      };
    }
    case "php": {
      const { command, env } = await findPhp();
      return {
        command: process.execPath,
        args: [`${folder}php/main.mjs`],
        env: { ...env, ENDSESSION_PHP: command },
      };
    }
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once("exit", () => {
      resolve();
    });
    child.kill("SIGTERM");
  });
}
