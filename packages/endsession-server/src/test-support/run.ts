/** Runs commands within the test's process. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { runCommandLine } from "../command-line.ts";
import type { Streams } from "../terminal/streams.ts";

/** What a command came to. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command; `typed` is what a person at a terminal types. */
export async function run(
  args: readonly string[],
  env = {},
  typed: string | null = null,
  isTTY = false,
): Promise<Ran> {
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== null });
  if (typed !== null) stdin.write(`${typed}\n`);
  return runWith(args, env, stdin, isTTY);
}

/** Runs a command whose stdin is no terminal. */
export function pipe(args: readonly string[], env: object, input: string): Promise<Ran> {
  return runWith(args, env, Object.assign(new PassThrough().end(input), { isTTY: false }), false);
}

async function runWith(
  args: readonly string[],
  env: object,
  stdin: Streams["stdin"],
  isTTY: boolean,
): Promise<Ran> {
  const written = { out: "", err: "" };
  const to = (name: "out" | "err") =>
    new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const stdout = Object.assign(to("out"), { isTTY });
  const streams = { stdin, stdout, stderr: to("err") };
  const io = { env: { ...env }, streams, folder: tmpdir() };
  const code = await runCommandLine(["node", "endsession", ...args], io);
  return { code, ...written };
}

/** The path of a SQLite file that is not there yet. */
export function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), "endsession-")), "sessions.db");
}
