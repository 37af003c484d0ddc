/** `endsession end-all`: ends every session of a tenant, or everything. */
import type { Command } from "commander";
import { confirm } from "../terminal/confirm.ts";
import { UsageError } from "../terminal/failure.ts";
import { withProgress } from "../terminal/progress.ts";
import { type Io, say } from "../terminal/streams.ts";
import { type InstallationOptions, onInstallation, withInstallation } from "./installation.ts";
import { receiptLines, sayJson } from "./views.ts";

interface Options extends InstallationOptions {
  readonly tenant?: string;
  readonly everything?: boolean;
  readonly yes?: boolean;
}

/** Adds the command. */
export function endAll(program: Command, io: Io): void {
  onInstallation(program.command("end-all"))
    .description("ends all sessions of a tenant, or everything (then with new signing keys)")
    .option("--tenant <name>", "end all sessions of this tenant")
    .option("--everything", "end all sessions there are, such as after a leaked key")
    .option("--yes", "do not ask")
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  const { tenant } = options;
  if ((tenant === undefined) === (options.everything !== true)) {
    throw new UsageError("give either --tenant or --everything.");
  }
  const whose = tenant === undefined ? "everybody" : `everybody in the tenant "${tenant}"`;
  await confirm(io, options.yes, `ends the sessions of ${whose}`);
  const receipt = await withInstallation(options, io, ({ sessions }) =>
    withProgress(io, "Waiting until every instance refuses …", () =>
      tenant === undefined ? sessions.endInstallation() : sessions.endTenant(tenant),
    ),
  );
  if (options.json) return sayJson(io, receipt);
  const keys = tenant === undefined ? ", and the signing keys are new" : "";
  say(io, receiptLines(`The sessions of ${whose} have ended${keys}.`, receipt));
}
