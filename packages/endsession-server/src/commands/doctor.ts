/** `endsession doctor`: whether the settings, the database and the Redis are fit for production. */
import type { Command } from "commander";
import { checkDatabase } from "../doctor/database.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkRedis } from "../doctor/redis.ts";
import { checkRunning } from "../doctor/running.ts";
import { checkSettings } from "../doctor/settings.ts";
import { UsageError } from "../terminal/failure.ts";
import { paintFor } from "../terminal/paint.ts";
import { withProgress } from "../terminal/progress.ts";
import { type Io, say } from "../terminal/streams.ts";
import { type InstallationOptions, onInstallation, settingsOf } from "./installation.ts";
import { sayJson } from "./views.ts";

interface Options extends InstallationOptions {
  readonly url?: string;
}

/** Adds the command. */
export function doctor(program: Command, io: Io): void {
  onInstallation(program.command("doctor"))
    .description("checks settings, database and Redis for production, and says what to do")
    .option("--url <url>", "also ask the running service at its public address")
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  const { url } = options;
  if (url !== undefined && !/^https?:\/\/[^\s]+$/.test(url)) {
    throw new UsageError(`--url is "${url}"; give the service's address with its base path.`);
  }
  const settings = settingsOf(options, io);
  const { config } = settings;
  const findings = await withProgress(io, "Asking the database and the Redis …", async () => [
    ...checkSettings(settings),
    ...(await checkDatabase(config)),
    ...(await checkRedis(config)),
    ...(url === undefined ? [] : await checkRunning(url)),
  ]);
  if (options.json) sayJson(io, findings);
  else say(io, reportOf(findings, io));
  const failed = findings.filter(({ state }) => state === "fail").length;
  if (failed > 0) throw new Error(`${failed} of ${findings.length} checks failed.`);
}

function reportOf(findings: readonly Finding[], io: Io): string {
  const paint = paintFor(io);
  const marks = { ok: paint.good("ok  "), warn: paint.doubtful("warn"), fail: paint.bad("fail") };
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .flatMap(({ check, state, found, advice }) => [
      `${marks[state]}  ${check.padEnd(width)}  ${found}`,
      ...(advice === null ? [] : [`${" ".repeat(width + 8)}${paint.faint(advice)}`]),
    ])
    .join("\n");
}
