/** `endsession sessions show`: one session, dead or alive. */
import type { Command } from "commander";
import { paintFor } from "../terminal/paint.ts";
import { type Io, say } from "../terminal/streams.ts";
import { facts } from "../terminal/table.ts";
import { timeOf } from "../terminal/time.ts";
import { inTenant, onInstallation, type TenantOptions, withInstallation } from "./installation.ts";
import { reportView, sayJson } from "./views.ts";

/** Adds the command. */
export function sessionsShow(group: Command, io: Io): void {
  inTenant(onInstallation(group.command("show <sid>")))
    .description("one session, dead or alive")
    .action((sessionId: string, options: TenantOptions) => run(sessionId, options, io));
}

async function run(sessionId: string, options: TenantOptions, io: Io): Promise<void> {
  const { tenant: tenantId } = options;
  const report = await withInstallation(options, io, (endsession) =>
    endsession.sessions.lookUp({ sessionId, tenantId }),
  );
  if (report === null) {
    throw new Error(
      `there is no session "${sessionId}" in the tenant "${tenantId}". Sessions are removed a day ` +
        "after their absolute end; the audit keeps their story.",
    );
  }
  if (options.json) return sayJson(io, reportView(report));
  const { session, live, reason, endedAt, auditId, expiresAt } = report;
  const paint = paintFor(io);
  const state = live ? paint.good("live") : paint.bad(`over (${String(reason)})`);
  say(io, `Session ${paint.strong(session.id)} is ${state}.`);
  const pairs: (readonly [string, string])[] = [
    ["User", session.userId],
    ["Tenant", session.tenantId],
    ["Device", session.device.name],
    ["Started", timeOf(session.createdAt)],
    ["Proof of identity", `${timeOf(session.authenticatedAt)} (${session.methods.join(" ")})`],
    ["Last seen", timeOf(session.lastSeenAt)],
    live ? ["Ends without activity", timeOf(expiresAt)] : ["Ended", timeOf(endedAt)],
    live ? ["Ends by", timeOf(session.expiresAt)] : ["Audit record", auditId ?? "-"],
  ];
  if (session.place !== null) pairs.push(["Place", session.place]);
  if (session.reauthenticationRequired) pairs.push(["Demanded", "a fresh proof of identity"]);
  say(io, facts(pairs, paint));
}
