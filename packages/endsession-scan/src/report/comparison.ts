/** A comparison on a terminal. */
import type { Change, Comparison } from "../compare.ts";
import { coloursOf } from "./colours.ts";
import { oneLine } from "../plain-text.ts";
import type { TerminalOptions } from "./terminal.ts";
import { counted, moment, verdictLabels, verdictWords } from "./words.ts";
import { wrap } from "./wrap.ts";

export function terminalComparison(
  comparison: Comparison,
  { colour = false, width = 80 }: TerminalOptions = {},
): string {
  const { bold, dim, red, green, yellow } = coloursOf(colour);
  const { before, after, regressions, mended, newlyInconclusive, otherChanges } = comparison;
  const set = (text: string, indent: number, paint = (it: string): string => it): string[] =>
    wrap(oneLine(text), Math.max(width, 70) - indent).map(
      (line) => " ".repeat(indent) + paint(line),
    );
  const section = (
    title: string,
    glyph: string,
    changes: readonly Change[],
    detailed: boolean,
  ): string[] =>
    changes.length === 0
      ? []
      : [
          "",
          `  ${bold(title)}  ${dim(String(changes.length))}`,
          ...changes.flatMap((change) => [
            "",
            `  ${glyph} ${bold(oneLine(change.title))}`,
            ...set(`${change.id} · ${path(change)}`, 4, dim),
            ...(detailed ? set(change.reason, 4) : []),
            ...(detailed && change.after === "fail" ? set(`Fix: ${change.fix}`, 4) : []),
          ]),
        ];

  const worse = regressions.length > 0;
  const headline = worse
    ? red(`✗ ${counted(regressions.length, "regression")}.`)
    : after.verdict === "cannot-judge"
      ? yellow("? The later scan could not judge.")
      : green("✓ Nothing got worse.");
  const lines = [
    "",
    `  ${bold(headline)}`,
    ...set(after.target, 4),
    ...set(`before  ${moment(before.startedAt)}  ${verdictWords[before.verdict]}`, 4, dim),
    ...set(`after   ${moment(after.startedAt)}  ${verdictWords[after.verdict]}`, 4, dim),
    ...comparison.warnings.flatMap((warning) => ["", ...set(`! ${warning}`, 2, yellow)]),
    ...section("Got worse", red("✗"), regressions, true),
    ...section("Mended", green("✓"), mended, false),
    ...section("No longer known", yellow("?"), newlyInconclusive, true),
    ...section("Changed otherwise", dim("–"), otherChanges, false),
    "",
    ...set(`${counted(comparison.unchanged.length, "audit")} unchanged`, 2, dim),
    ...(comparison.noLongerAsked.length === 0
      ? []
      : set(`No longer asked: ${comparison.noLongerAsked.join(", ")}`, 2, dim)),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function path({ before, after }: Change): string {
  return `${before === null ? "not asked" : verdictLabels[before]} → ${verdictLabels[after]}`;
}
