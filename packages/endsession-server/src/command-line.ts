/** The commands, their options, and what they print. */
import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { Command, CommanderError } from "commander";
import { restore } from "./restore.ts";

/** Where a command reads and writes. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

interface RestoreOptions {
  readonly database?: string;
  readonly secret?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Runs a command; gives the exit code: 0 done, 1 failed, 2 called off, 3 wrong usage. */
export async function runCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  streams: Streams,
): Promise<number> {
  let code = 0;
  const program = new Command("endsession")
    .description("Looks after the sessions of an installation.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
    });
  program
    .command("restore")
    .description("after a backup of the session database was restored: ends all sessions")
    .option("--database <url>", "file:… or postgres://… (default: ENDSESSION_DATABASE)")
    .option("--secret <text>", "the installation's secret (default: ENDSESSION_SECRET)")
    .option("--yes", "do not ask")
    .option("--json", "print the receipt as JSON")
    .action(async (options: RestoreOptions) => {
      code = await runRestore(options, env, streams);
    });
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 3;
    streams.stderr.write(`endsession: ${(error as Error).message}\n`);
    return 1;
  }
}

async function runRestore(
  options: RestoreOptions,
  env: Readonly<Record<string, string | undefined>>,
  streams: Streams,
): Promise<number> {
  const database = options.database ?? env["ENDSESSION_DATABASE"];
  if (!database) {
    streams.stderr.write("endsession: name the database by --database or ENDSESSION_DATABASE.\n");
    return 3;
  }
  if (!options.yes && !(await isSure(streams))) {
    streams.stderr.write("endsession: nothing was changed.\n");
    return 2;
  }
  const receipt = await restore(database, options.secret ?? env["ENDSESSION_SECRET"] ?? null);
  streams.stdout.write(
    options.json
      ? `${JSON.stringify(receipt)}\n`
      : "All sessions have ended, the signing keys are new, and a new history has begun.\n" +
          `Audit record: ${receipt.audit_id ?? "none"}\n`,
  );
  return 0;
}

/** Whoever cannot be asked has not agreed. */
async function isSure({ stdin, stdout, stderr }: Streams): Promise<boolean> {
  if (stdin.isTTY !== true) {
    stderr.write("endsession: this ends the sessions of everybody; agree to it by --yes.\n");
    return false;
  }
  const prompt = createInterface({ input: stdin, output: stdout });
  try {
    const answer = await prompt.question("This ends the sessions of everybody. Go on? (yes/no) ");
    return answer.trim().toLowerCase() === "yes";
  } finally {
    prompt.close();
  }
}
