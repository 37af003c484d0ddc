/**
 * Text for a prompt. What was seen comes from a stranger's application: it must not be able to end
 * its quotation marks, and so to speak to the assistant in our name.
 */
import { oneLine } from "../plain-text.ts";

/** As code inside a sentence, whatever backticks it holds. */
export function code(text: string): string {
  const line = oneLine(text);
  const ticks = "`".repeat(longestRun(line) + 1);
  const padded = ticks.length > 1 ? ` ${line} ` : line;
  return `${ticks}${padded}${ticks}`;
}

/** As a block of its own. */
export function block(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

export function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join("\n");
}

/** For example "an Express". */
export function withArticle(name: string): string {
  return `${/^[AEIOU]/iu.test(name) ? "an" : "a"} ${name}`;
}

/** A word of a shell command, whatever it holds. */
export function quoted(word: string): string {
  return `'${oneLine(word, 2000).replaceAll("'", String.raw`'\''`)}'`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
}
