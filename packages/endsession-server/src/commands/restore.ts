/**
 * `endsession restore`: what is to be done after a backup of the session database was restored. The
 * backup does not know what ended after it was made, so everything ends, and a new history begins.
 */
import type { Command } from "commander";
import { confirm } from "../terminal/confirm.ts";
import { withProgress } from "../terminal/progress.ts";
import { type Io, say } from "../terminal/streams.ts";
import { type InstallationOptions, onInstallation, withInstallation } from "./installation.ts";
import { sayJson } from "./views.ts";

interface Options extends InstallationOptions {
  readonly yes?: boolean;
}

/** Adds the command. */
export function restore(program: Command, io: Io): void {
  onInstallation(program.command("restore"))
    .description("after a backup of the session database was restored: ends all sessions")
    .option("--yes", "do not ask")
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  await confirm(io, options.yes, "ends the sessions of everybody");
  const receipt = await withInstallation(options, io, ({ sessions }) =>
    withProgress(io, "Waiting until every instance refuses …", () => sessions.restored()),
  );
  if (options.json) return sayJson(io, receipt);
  say(io, "All sessions have ended, the signing keys are new, and a new history has begun.");
  say(io, `Audit record: ${receipt.audit_id ?? "none"}`);
}
