/** `endsession-scan prompts`: what to tell an assistant that is to build or mend a logout. */
import { Option } from "commander";
import type { Command } from "commander";
import { frameworks } from "../framework.ts";
import type { Framework } from "../framework.ts";
import { judge } from "../judge.ts";
import { fixPrompt } from "../prompts/fix-prompt.ts";
import { generalPrompt, generalPromptIds, generalPrompts } from "../prompts/general.ts";
import { ScanError } from "../scan-error.ts";
import { artifactsIn } from "./scan.ts";

interface Flags {
  readonly framework?: Framework;
  readonly artifacts?: string;
}

export function addPrompts(program: Command): void {
  program
    .command("prompts")
    .description(
      "Prints prompts for an AI assistant: for what a scan found, or for building a logout from the start.",
    )
    .argument(
      "[subject]",
      `one of ${generalPromptIds.join(", ")}, or with --artifacts the id of an audit`,
    )
    .addOption(new Option("--framework <name>", "the framework at hand").choices(frameworks))
    .option(
      "--artifacts <file>",
      "what a scan saw, as --save-artifacts kept it: prompts for its findings",
    )
    .action((subject: string | undefined, flags: Flags) => {
      process.stdout.write(`${chosen(subject, flags).join("\n\n---\n\n").trim()}\n`);
    });
}

function chosen(subject: string | undefined, { framework, artifacts: file }: Flags): string[] {
  if (file !== undefined) {
    const artifacts = artifactsIn(file);
    const failed = judge(artifacts).filter(
      ({ verdict, id }) => verdict === "fail" && (subject === undefined || id === subject),
    );
    if (failed.length === 0)
      throw new ScanError("usage", "Nothing failed there that a prompt could mend.");
    return failed.map((finding) => fixPrompt(finding, artifacts, framework));
  }
  if (subject === undefined) return generalPrompts(framework).map(({ text }) => text);
  const one = generalPrompt(subject, framework);
  if (one === null) {
    throw new ScanError(
      "usage",
      `There is no prompt named ${subject}. There are: ${generalPromptIds.join(", ")}.`,
    );
  }
  return [one.text];
}
