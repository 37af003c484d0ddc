/** `endsession-scan URL`: scans, prints the report, writes the others. */
import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import type { Artifacts } from "../artifacts.ts";
import { severities } from "../audit.ts";
import { exitCode } from "../report.ts";
import type { FailOn, Report } from "../report.ts";
import { wantsColour } from "../report/colours.ts";
import { htmlReport } from "../report/html.ts";
import { jsonReport } from "../report/json.ts";
import { junitReport } from "../report/junit.ts";
import { markdownReport } from "../report/markdown.ts";
import { sarifReport } from "../report/sarif.ts";
import { terminalReport } from "../report/terminal.ts";
import { reportOf, scan } from "../scan.ts";
import { ScanError } from "../scan-error.ts";
import { configured, runOptions, withScanFlags } from "./flags.ts";
import type { ScanFlags } from "./flags.ts";
import { progressOn } from "./progress.ts";

const formats = {
  json: jsonReport,
  html: htmlReport,
  sarif: (report: Report) => sarifReport(report),
  junit: junitReport,
  markdown: markdownReport,
} as const;

type Format = keyof typeof formats;

export interface ReportFlags extends Partial<Record<Format, string>> {
  readonly only?: string[];
  readonly failOn: FailOn;
  readonly saveArtifacts?: string;
  readonly auditOnly?: string;
}

export function addScan(program: Command): void {
  withReportFlags(withScanFlags(program.command("scan", { isDefault: true })))
    .description(
      "Signs in on two devices, signs out, and shows whether the session is really dead.",
    )
    .action(async (url: string | undefined, flags: ScanFlags & ReportFlags) => {
      const { html, json, junit, markdown, sarif, saveArtifacts } = flags;
      for (const file of [html, json, junit, markdown, sarif, saveArtifacts])
        if (file !== undefined) checkFolder(file);
      const { report, artifacts } = await made(url, flags);
      if (flags.saveArtifacts !== undefined) save(flags.saveArtifacts, JSON.stringify(artifacts));
      for (const format of Object.keys(formats) as Format[]) {
        const file = flags[format];
        if (file !== undefined) save(file, formats[format](report));
      }
      const { stdout } = process;
      stdout.write(
        terminalReport(report, {
          colour: wantsColour(stdout, process.env),
          width: stdout.columns ?? 80,
        }),
      );
      process.exitCode = exitCode(report, flags.failOn);
    });
}

function withReportFlags(command: Command): Command {
  return command
    .option("--json <file>", "write the report as JSON (schema endsession-scan/1)")
    .option("--html <file>", "write it as one self-contained page")
    .option("--sarif <file>", "write it as SARIF 2.1.0")
    .option("--junit <file>", "write it as JUnit XML")
    .option("--markdown <file>", "write it as Markdown")
    .option("--only <audit...>", "ask only these audits")
    .addOption(
      new Option("--fail-on <severity>", "the mildest finding that makes the exit code 1")
        .choices([...severities, "never"])
        .default("low"),
    )
    .option("--save-artifacts <file>", "keep what was seen, to be judged again")
    .option("--audit-only <file>", "judge saved artifacts, without a browser");
}

async function made(
  url: string | undefined,
  flags: ScanFlags & ReportFlags,
): Promise<{ report: Report; artifacts: Artifacts }> {
  const judging = {
    quick: flags.quick === true,
    ...(flags.only === undefined ? {} : { only: flags.only }),
  };
  if (flags.auditOnly !== undefined) {
    const artifacts = artifactsIn(flags.auditOnly);
    return { artifacts, report: reportOf(artifacts, judging) };
  }
  const { config, path } = await configured(url, flags);
  const progress = progressOn(process.stderr, process.env);
  const stop = new AbortController();
  const stopped = (): void => {
    stop.abort();
  };
  process.once("SIGINT", stopped);
  try {
    return await scan(config, {
      ...runOptions(flags, path),
      ...judging,
      signal: stop.signal,
      told: (step) => {
        progress.step(step);
      },
    });
  } finally {
    process.off("SIGINT", stopped);
    progress.done();
  }
}

/** @throws ScanError when the file holds none */
export function artifactsIn(file: string): Artifacts {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Partial<Artifacts> | null;
    const parts = [value?.collected, value?.gaps, value?.exchanges, value?.steps, value?.shots];
    const whole = parts.every((part) => typeof part === "object" && part !== null);
    if (value?.schema === "endsession-scan-artifacts/1" && whole) return value as Artifacts;
  } catch (error) {
    throw new ScanError("usage", `${file} cannot be read as artifacts of a scan.`, {
      cause: error,
    });
  }
  throw new ScanError(
    "usage",
    `${file} does not hold artifacts of a scan: they are written by --save-artifacts.`,
  );
}

/** @throws ScanError when it cannot be written */
export function save(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Says before a scan, and not after it, that a report will find no place. */
function checkFolder(file: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
      throw new Error("it is a folder");
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): ScanError {
  const why = error instanceof Error ? error.message : String(error);
  return new ScanError(
    "usage",
    `${file} cannot be written (${why}). Name a file in a folder that is there and yours.`,
    { cause: error },
  );
}
