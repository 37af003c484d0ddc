/** `endsession sessions list`: the live sessions of a user. */
import type { Command } from "commander";
import { paintFor } from "../terminal/paint.ts";
import { type Io, say } from "../terminal/streams.ts";
import { table } from "../terminal/table.ts";
import { timeOf } from "../terminal/time.ts";
import { inTenant, onInstallation, type TenantOptions, withInstallation } from "./installation.ts";
import { sayJson, sessionView } from "./views.ts";

interface Options extends TenantOptions {
  readonly user: string;
}

/** Adds the command. */
export function sessionsList(group: Command, io: Io): void {
  inTenant(onInstallation(group.command("list")))
    .description("the live sessions of a user, the most recently used first")
    .requiredOption("--user <id>", "the application's id of the user")
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  const { user: userId, tenant: tenantId } = options;
  const sessions = await withInstallation(options, io, (endsession) =>
    endsession.sessions.list({ userId, tenantId }),
  );
  if (options.json) return sayJson(io, sessions.map(sessionView));
  if (sessions.length === 0) return say(io, `The user "${userId}" has no live session.`);
  const rows = sessions.map(({ id, device, createdAt, lastSeenAt, expiresAt, methods, place }) => [
    id,
    place === null ? device.name : `${device.name} (${place})`,
    timeOf(createdAt),
    timeOf(lastSeenAt),
    timeOf(expiresAt),
    methods.join(" "),
  ]);
  const headings = ["SESSION", "DEVICE", "STARTED", "LAST SEEN", "ENDS BY", "METHODS"];
  say(io, table(headings, rows, paintFor(io)));
}
