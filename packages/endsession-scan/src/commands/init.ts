/** `endsession-scan init URL`: finds out how to sign in and out, shows it, and writes the file. */
import { existsSync } from "node:fs";
import { confirm, isCancel, text as askText } from "@clack/prompts";
import type { Command } from "commander";
import type { Artifacts } from "../artifacts.ts";
import { usualFile } from "../config/read.ts";
import type { ConfigInput } from "../config/schema.ts";
import { look } from "../look.ts";
import { ScanError } from "../scan-error.ts";
import { configured, runOptions, withScanFlags } from "./flags.ts";
import type { ScanFlags } from "./flags.ts";
import { progressOn } from "./progress.ts";
import { save } from "./scan.ts";

interface Flags extends ScanFlags {
  readonly output: string;
  readonly force?: boolean;
  readonly pictures?: string;
}

export function addInit(program: Command): void {
  withScanFlags(program.command("init"))
    .description("Finds out how to sign in and out, shows it, and writes endsession.scan.json.")
    .option("-o, --output <file>", "the file to write", usualFile)
    .option("--pictures <folder>", "keep the pictures of what was found here", ".")
    .option("--force", "write over a file that is there")
    .action(async (url: string | undefined, flags: Flags) => {
      if (existsSync(flags.output) && flags.force !== true) {
        throw new ScanError(
          "usage",
          `${flags.output} is there already: pass --force to write over it, or --output to name another.`,
        );
      }
      const { config, path } = await configured(url, await withAccount(flags));
      const progress = progressOn(process.stderr, process.env);
      const found = await look(config, {
        ...runOptions(flags, path),
        told: (step) => {
          progress.step(step);
        },
      }).finally(() => {
        progress.done();
      });
      const files = found.shots.map((shot) => keep(shot, flags.pictures ?? "."));
      process.stdout.write(
        `${found.told.map((line) => `  ${line}`).join("\n")}\n${files.map((file) => `  picture: ${file}`).join("\n")}\n`,
      );
      await agreed();
      const written = fileFor(found.config, flags);
      save(flags.output, `${JSON.stringify(written, null, 2)}\n`);
      process.stdout.write(
        `Wrote ${flags.output}. Next: endsession-scan --config ${flags.output}\n`,
      );
    });
}

/** Asks for what is missing, where a person is there to answer. */
async function withAccount(flags: Flags): Promise<Flags> {
  if (!process.stdin.isTTY || flags.username !== undefined || flags.config !== undefined)
    return flags;
  const username = await askText({ message: "Whom to sign in as?" });
  if (isCancel(username)) throw new ScanError("usage", "No account was given.");
  return { ...flags, username };
}

async function agreed(): Promise<void> {
  if (!process.stdin.isTTY) return;
  const right = await confirm({ message: "Is that right?" });
  if (isCancel(right) || !right) {
    throw new ScanError(
      "usage",
      'Nothing was written. Name what was wrong: --login-url, --private, or "fields" and "logout" in a file for --config.',
    );
  }
}

function keep(shot: Artifacts["shots"][number], folder: string): string {
  const file = `${folder}/endsession-${shot.name}.png`;
  save(file, Buffer.from(shot.png, "base64"));
  return file;
}

/** Everything that was found or given, but never a password. */
function fileFor(config: ConfigInput, flags: Flags): ConfigInput {
  const { password: _, ...rest } = config;
  return {
    ...rest,
    passwordEnv: flags.passwordEnv ?? config.passwordEnv ?? "ENDSESSION_SCAN_PASSWORD",
  };
}
