/** Prompts for building a logout right from the beginning: printed without a scan. */
import type { Framework } from "../framework.ts";
import { guides } from "./guides.ts";
import { subjects } from "./subjects.ts";
import type { Subject } from "./subjects.ts";
import { scanCall } from "./scan-call.ts";
import { block, bullets, numbered, withArticle } from "./text.ts";

export interface GeneralPrompt {
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

/** The names that `generalPrompt` knows, in the order in which the work is best done. */
export const generalPromptIds: readonly string[] = subjects.map(({ id }) => id);

/** All general prompts. @param framework default `plain` */
export function generalPrompts(framework: Framework = "plain"): GeneralPrompt[] {
  return subjects.map((subject) => written(subject, framework));
}

/** One of them, or `null` when there is none of that name. @param framework default `plain` */
export function generalPrompt(id: string, framework: Framework = "plain"): GeneralPrompt | null {
  const subject = subjects.find((one) => one.id === id);
  return subject === undefined ? null : written(subject, framework);
}

function written(subject: Subject, framework: Framework): GeneralPrompt {
  const guide = guides[framework];
  const advice = [...new Set(subject.topics.flatMap((topic) => guide.advice[topic]))];
  const text = [
    `# ${subject.title}`,
    `${subject.task} This is ${withArticle(guide.name)} application. First read how it signs in, checks and signs out today, and say it in three sentences; then change as little as possible.`,
    "## What has to hold",
    numbered(subject.holds),
    ...(advice.length === 0
      ? []
      : [`## In ${guide.framework === "plain" ? "any framework" : guide.name}`, bullets(advice)]),
    "## Limits",
    bullets([...subject.never, "Log no session id, token or password."]),
    "## How to check",
    block(subject.check.join("\n"), subject.check[0]?.startsWith("//") === true ? "js" : "sh"),
    "Then let a scanner look, on two devices, with a test account:",
    block(scanCall(null, subject.audits, subject.options), "sh"),
  ].join("\n\n");
  return { id: subject.id, title: subject.title, text: `${text}\n` };
}
