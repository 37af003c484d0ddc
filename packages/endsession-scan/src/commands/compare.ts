/** `endsession-scan compare BEFORE AFTER`: what got worse, what was mended. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { compare, comparisonExitCode } from "../compare.ts";
import { readReport } from "../report.ts";
import type { Report } from "../report.ts";
import { wantsColour } from "../report/colours.ts";
import { terminalComparison } from "../report/comparison.ts";
import { jsonOf } from "../report/json.ts";
import { ScanError } from "../scan-error.ts";
import { save } from "./scan.ts";

export function addCompare(program: Command): void {
  program
    .command("compare")
    .description("Compares two reports; exit code 1 when something got worse.")
    .argument("<before>", "the earlier report, as --json wrote it")
    .argument("<after>", "the later one")
    .option("--json <file>", "write the comparison as JSON")
    .action((before: string, after: string, flags: { json?: string }) => {
      const comparison = compare(reportIn(before), reportIn(after));
      if (flags.json !== undefined) save(flags.json, jsonOf(comparison));
      const { stdout } = process;
      stdout.write(
        terminalComparison(comparison, {
          colour: wantsColour(stdout, process.env),
          width: stdout.columns ?? 80,
        }),
      );
      process.exitCode = comparisonExitCode(comparison);
    });
}

export function reportIn(file: string): Report {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ScanError("usage", `The report ${file} cannot be read.`, { cause: error });
  }
  try {
    return readReport(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ScanError("usage", `${file}: ${why}`, { cause: error });
  }
}
