/** `endsession sessions end`: ends one session, or all that a user has. */
import type { Command } from "commander";
import { confirm } from "../terminal/confirm.ts";
import { UsageError } from "../terminal/failure.ts";
import { withProgress } from "../terminal/progress.ts";
import { type Io, say } from "../terminal/streams.ts";
import { inTenant, onInstallation, type TenantOptions, withInstallation } from "./installation.ts";
import { receiptLines, sayJson } from "./views.ts";

interface Options extends TenantOptions {
  readonly user?: string;
  readonly yes?: boolean;
}

const actor = "administrator";
const waiting = "Waiting until every instance refuses …";

/** Adds the command. */
export function sessionsEnd(group: Command, io: Io): void {
  inTenant(onInstallation(group.command("end [sid]")))
    .description("ends one session, or all sessions of a user")
    .option("--user <id>", "end all sessions of this user")
    .option("--yes", "do not ask")
    .action((sessionId: string | undefined, options: Options) => {
      if ((sessionId === undefined) === (options.user === undefined)) {
        throw new UsageError("give either the id of one session or --user.");
      }
      return sessionId === undefined ? endAll(options, io) : endOne(sessionId, options, io);
    });
}

async function endAll(options: Options, io: Io): Promise<void> {
  const { user: userId = "", tenant: tenantId } = options;
  await confirm(
    io,
    options.yes,
    `ends all sessions of the user "${userId}" (tenant "${tenantId}")`,
  );
  const receipt = await withInstallation(options, io, ({ sessions }) =>
    withProgress(io, waiting, () => sessions.endAll({ userId, tenantId, actor })),
  );
  if (options.json) return sayJson(io, receipt);
  say(io, receiptLines(`All sessions of the user "${userId}" have ended.`, receipt));
}

async function endOne(sessionId: string, options: Options, io: Io): Promise<void> {
  const { tenant: tenantId } = options;
  const receipt = await withInstallation(options, io, async ({ sessions }) => {
    const report = await sessions.lookUp({ sessionId, tenantId });
    if (report === null) return null;
    const { userId } = report.session;
    return withProgress(io, waiting, () => sessions.endOne({ userId, tenantId, sessionId, actor }));
  });
  if (receipt === null) {
    throw new Error(`there is no session "${sessionId}" in the tenant "${tenantId}".`);
  }
  if (options.json) return sayJson(io, receipt);
  const was =
    receipt.credentials.session_cookie === "ended" || receipt.credentials.access_tokens === "ended";
  const done = was ? "has ended" : "had ended before";
  say(io, receiptLines(`The session ${sessionId} ${done}.`, receipt));
}
