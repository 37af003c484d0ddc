/** The commands, and what becomes of their failures. */
import { Command, CommanderError } from "commander";
import { audit } from "./commands/audit.ts";
import { doctor } from "./commands/doctor.ts";
import { endAll } from "./commands/end-all.ts";
import { inspect } from "./commands/inspect.ts";
import { keysList } from "./commands/keys-list.ts";
import { keysRotate } from "./commands/keys-rotate.ts";
import { migrate } from "./commands/migrate.ts";
import { restore } from "./commands/restore.ts";
import { serve } from "./commands/serve.ts";
import { sessionsEnd } from "./commands/sessions-end.ts";
import { sessionsList } from "./commands/sessions-list.ts";
import { sessionsShow } from "./commands/sessions-show.ts";
import { ConfigError, UnusableError } from "./config/config.ts";
import { CalledOff, UsageError } from "./terminal/failure.ts";
import { type Io, warn } from "./terminal/streams.ts";

/** Runs a command; gives the exit code: 0 done, 1 failed, 2 called off, 3 wrong usage. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const program = new Command("endsession")
    .description("Looks after the sessions of an installation, and serves them.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.streams.stdout.write(text),
      writeErr: (text) => void io.streams.stderr.write(text),
    });
  const sessions = program.command("sessions").description("looks at sessions, and ends them");
  sessionsList(sessions, io);
  sessionsShow(sessions, io);
  sessionsEnd(sessions, io);
  endAll(program, io);
  audit(program, io);
  inspect(program, io);
  const keys = program.command("keys").description("the keys that sign access tokens");
  keysList(keys, io);
  keysRotate(keys, io);
  doctor(program, io);
  migrate(program, io);
  restore(program, io);
  serve(program, io);
  // A command that waits for running instances has nothing else that keeps the process: without
  // this, it would leave in the middle, before they refuse what it has ended.
  const staying = setInterval(() => undefined, 60_000);
  try {
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    return codeOf(error, io);
  } finally {
    clearInterval(staying);
  }
}

function codeOf(error: unknown, io: Io): number {
  // Commander has said what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 3;
  for (const line of (error as Error).message.split("\n")) warn(io, line);
  if (error instanceof CalledOff) return 2;
  if (error instanceof UsageError) return 3;
  return error instanceof ConfigError && !(error instanceof UnusableError) ? 3 : 1;
}
