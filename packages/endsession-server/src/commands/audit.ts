/** `endsession audit`: who ended what, when and why. */
import { type Command, Option } from "commander";
import type { AuditEntry, EndSession } from "endsession";
import { UsageError } from "../terminal/failure.ts";
import { paintFor } from "../terminal/paint.ts";
import { withProgress } from "../terminal/progress.ts";
import { type Io, say } from "../terminal/streams.ts";
import { table } from "../terminal/table.ts";
import { momentOf, timeOf } from "../terminal/time.ts";
import { inTenant, onInstallation, type TenantOptions, withInstallation } from "./installation.ts";
import { auditView, sayJson } from "./views.ts";

interface Options extends TenantOptions {
  readonly user?: string;
  readonly session?: string;
  readonly type?: string;
  readonly since?: string;
  readonly limit: string;
}

const types = [
  "session_created",
  "session_renewed",
  "session_ended",
  "sessions_ended",
  "remember_me_ended",
  "session_use_after_expire",
  "reauthentication_demanded",
  "suspicion",
] as const satisfies readonly AuditEntry["type"][];

/** Adds the command. */
export function audit(program: Command, io: Io): void {
  inTenant(onInstallation(program.command("audit")))
    .description("who ended what, when and why, newest first")
    .option("--user <id>", "only this user's records")
    .option("--session <sid>", "only this session's records")
    .addOption(new Option("--type <type>", "only records of this type").choices(types))
    .option("--since <when>", "a span such as 24h or 7d, or a date")
    .option("--limit <count>", "how many records at most", "50")
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  const limit = /^[1-9]\d{0,5}$/.test(options.limit) ? Number(options.limit) : 0;
  if (limit === 0) {
    throw new UsageError(`--limit is "${options.limit}"; give a whole number from 1 to 999999.`);
  }
  const since = options.since === undefined ? null : momentOf(options.since, Date.now());
  const entries = await withInstallation(options, io, (endsession) =>
    read(endsession, options, { since, limit }, io),
  );
  if (options.json) return sayJson(io, entries.map(auditView));
  if (entries.length === 0) return say(io, "There is no such record.");
  const rows = entries.map((entry) => [
    timeOf(entry.at),
    entry.type,
    entry.reason ?? "-",
    entry.userId ?? "-",
    entry.sessionId ?? "-",
    entry.actor,
    entry.address ?? "-",
  ]);
  const headings = ["TIME", "TYPE", "REASON", "USER", "SESSION", "BY", "ADDRESS"];
  say(io, table(headings, rows, paintFor(io)));
}

/** Page by page, until there are enough or they are too old. */
function read(
  { sessions }: EndSession,
  { user, session, type, tenant: tenantId }: Options,
  { since, limit }: { readonly since: number | null; readonly limit: number },
  io: Io,
): Promise<AuditEntry[]> {
  const page = 1000;
  return withProgress(io, "Reading the audit …", async (tell) => {
    const found: AuditEntry[] = [];
    let before: string | null = null;
    for (let seen = 0; ;) {
      const entries: readonly AuditEntry[] = await sessions.audit({
        tenantId,
        limit: page,
        ...(user === undefined ? {} : { userId: user }),
        ...(before === null ? {} : { before }),
      });
      for (const entry of entries) {
        if (since !== null && entry.at < since) return found;
        if (session !== undefined && entry.sessionId !== session) continue;
        if (type !== undefined && entry.type !== type) continue;
        if (found.push(entry) === limit) return found;
      }
      if (entries.length < page) return found;
      seen += entries.length;
      tell(`Reading the audit … ${seen} records seen, ${found.length} found`);
      before = entries.at(-1)?.id ?? null;
    }
  });
}
