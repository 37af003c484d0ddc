/** `endsession inspect`: what a token or a cookie's value is worth, without printing it. */
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { Inspection } from "endsession";
import { UsageError } from "../terminal/failure.ts";
import { paintFor } from "../terminal/paint.ts";
import { type Io, say } from "../terminal/streams.ts";
import { facts } from "../terminal/table.ts";
import { isoOf, timeOf } from "../terminal/time.ts";
import { inTenant, onInstallation, type TenantOptions, withInstallation } from "./installation.ts";
import { sayJson, sessionView } from "./views.ts";

/** Adds the command. */
export function inspect(program: Command, io: Io): void {
  inTenant(onInstallation(program.command("inspect [credential]")))
    .description(
      "what a token or a cookie is, whether it is live, and if not why; it is never printed, and " +
        "using it here changes nothing (read from stdin where it is not given)",
    )
    .action((given: string | undefined, options: TenantOptions) => run(given, options, io));
}

async function run(given: string | undefined, options: TenantOptions, io: Io): Promise<void> {
  const token = bare(given ?? (await read(io)));
  if (token === "") throw new UsageError("give a token or a cookie's value, here or on stdin.");
  const { tenant: tenantId } = options;
  const seen = await withInstallation(options, io, ({ sessions }) =>
    sessions.inspect(token, { tenantId }),
  );
  if (options.json) return sayJson(io, inspectionView(seen));
  const paint = paintFor(io);
  const state = seen.live ? paint.good("live") : paint.bad("refused");
  const because = seen.reason === null ? "" : `: ${reasons[seen.reason] ?? seen.reason}`;
  say(io, `${names[seen.kind]}, ${state}${because}.`);
  const pairs: (readonly [string, string])[] = [
    [seen.kind === "access_token" ? "Signature" : "Checksum", seen.genuine ? "good" : "wrong"],
  ];
  if (seen.userId !== null) pairs.push(["User", seen.userId], ["Tenant", seen.tenantId]);
  if (seen.session !== null) pairs.push(["Session", seen.session.id]);
  if (seen.expiresAt !== null) pairs.push(["Expires", timeOf(seen.expiresAt)]);
  if (seen.auditId !== null) pairs.push(["Audit record", seen.auditId]);
  say(io, facts(pairs, paint));
}

/** On a command line a credential ends up in the shell's history; stdin is the better place. */
async function read({ streams: { stdin, stderr } }: Io): Promise<string> {
  if (stdin.isTTY === true) stderr.write("Paste the credential, then press Enter and Ctrl-D:\n");
  return text(stdin);
}

/** Takes off what stands around a credential in a header. */
function bare(given: string): string {
  return given
    .trim()
    .replace(/^(?:cookie|set-cookie|authorization):\s*/i, "")
    .replace(/^bearer\s+/i, "")
    .replace(/^[\w-]+=(?=es_|ey)/, "")
    .replace(/;.*$/s, "")
    .replace(/^"(.*)"$/, "$1");
}

const names: Readonly<Record<Inspection["kind"], string>> = {
  session_token: "A session cookie's value",
  access_token: "An access token",
  refresh_token: "A refresh token",
  remember_me_token: "A remember-me token",
  unknown: "No credential of endsession",
};

const reasons: Readonly<Record<string, string>> = {
  malformed: "its checksum or signature is wrong, or it is cut off",
  not_found: "nothing is known of it; another tenant or installation, or cleared away",
  spent: "its successor has been handed out",
  token_expired: "past its own expiry, while its session may live",
  reauthentication_demanded: "a fresh proof of identity is demanded first",
};

function inspectionView(seen: Inspection): Record<string, unknown> {
  return {
    kind: seen.kind,
    genuine: seen.genuine,
    live: seen.live,
    reason: seen.reason,
    tenant_id: seen.tenantId,
    user_id: seen.userId,
    session: seen.session && sessionView(seen.session),
    expires_at: isoOf(seen.expiresAt),
    audit_id: seen.auditId,
  };
}
