#!/usr/bin/env node
/**
 * The command line. Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not judge,
 * 3 used wrongly.
 */
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { addCompare } from "./commands/compare.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addInit } from "./commands/init.ts";
import { addMcp } from "./commands/mcp.ts";
import { addPrompts } from "./commands/prompts.ts";
import { addScan } from "./commands/scan.ts";
import { addWatch } from "./commands/watch.ts";
import { ScanError } from "./scan-error.ts";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

const program = new Command("endsession-scan")
  .description("Is the session really dead after logout?")
  .version(version)
  .showHelpAfterError("(endsession-scan --help tells the options)");
for (const add of [addScan, addInit, addDoctor, addCompare, addWatch, addPrompts, addMcp])
  add(program);
for (const command of [program, ...program.commands]) command.exitOverride();

// Node's own exit code for these is 1, which says that something was found.
for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, (error: unknown) => process.exit(codeOf(error)));
await program.parseAsync().catch(end);

/** Says why, and ends with the code for it. */
function end(error: unknown): void {
  const code = codeOf(error);
  process.exitCode = code;
  // The browser's folder is still to be removed; what else is left of the scan is not waited for.
  setTimeout(() => process.exit(code), 5000).unref();
}

/** Says what went wrong, where nobody has yet. */
function codeOf(error: unknown): number {
  // Help and version are no errors; what commander refuses, it has explained.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 3;
  if (error instanceof ScanError) {
    process.stderr.write(`${error.message}\n`);
    return error.kind === "usage" ? 3 : 2;
  }
  const said = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The scan broke off: ${said}\n`);
  return 2;
}
