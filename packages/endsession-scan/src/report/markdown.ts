/** The report as a comment on a pull request: what failed, short enough to be read there. */
import type { Verdict } from "../audit.ts";
import { oneLine, visible } from "../plain-text.ts";
import type { Report, ReportAudit, ReportExchange, ReportVerdict } from "./schema.ts";
import { auditsOf, duration, moment, statusOf, verdictLabels, verdictWords } from "./words.ts";

/** GitHub takes 65536 characters. */
const most = 60_000;
/** Lets a workflow find its own earlier comment. */
const marker = "<!-- endsession-scan -->";

const shown: readonly Verdict[] = ["fail", "inconclusive", "pass", "not-applicable"];

const marks: Readonly<Record<ReportVerdict, string>> = {
  alive: "❌",
  "cannot-judge": "❔",
  dead: "✅",
};

export function markdownReport(report: Report): string {
  const whole = [...head(report), ...findings(report, true), ...rest(report)].join("\n");
  if (whole.length <= most) return whole;
  const short = [...head(report), ...findings(report, false), ...rest(report)].join("\n");
  return short.length <= most ? short : `${short.slice(0, most).replace(/\n[^\n]*$/u, "")}\n\n…\n`;
}

function head(report: Report): string[] {
  return [
    marker,
    `### ${marks[report.verdict]} ${verdictWords[report.verdict]}`,
    "",
    prose(report.headline),
    "",
    `| ${shown.map((verdict) => verdictLabels[verdict]).join(" | ")} |`,
    `| ${shown.map(() => "---:").join(" | ")} |`,
    `| ${shown.map((verdict) => report.counts[verdict]).join(" | ")} |`,
    "",
    ...report.warnings.flatMap((warning) => [`> ⚠️ ${prose(warning)}`, ""]),
  ];
}

function findings(report: Report, withExchange: boolean): string[] {
  const failed = auditsOf(report, "fail");
  if (failed.length === 0) return [];
  return ["#### To mend", "", ...failed.flatMap((audit) => finding(audit, withExchange))];
}

/** Of the exchanges the last is shown: it is the one that says it. */
function finding(audit: ReportAudit, withExchange: boolean): string[] {
  const last = audit.evidence.flatMap(({ exchange }) => exchange ?? []).at(-1);
  return [
    "<details>",
    `<summary><b>${html(audit.title)}</b> · ${audit.severity} · <code>${html(audit.id)}</code></summary>`,
    "",
    prose(audit.reason),
    "",
    ...audit.evidence.map(({ text }) => `- ${prose(text)}`),
    "",
    `**Fix:** ${prose(audit.fix)}`,
    "",
    ...(last === undefined || !withExchange ? [] : [...fenced(httpOf(last)), ""]),
    `CWE-${audit.cwe} · ${prose(audit.requirements.join(", "))}`,
    "",
    "</details>",
    "",
  ];
}

function rest(report: Report): string[] {
  const open = auditsOf(report, "inconclusive");
  const passed = auditsOf(report, "pass");
  return [
    ...table(`Could not be judged (${open.length})`, open, ({ reason }) => reason),
    ...table(`Passed (${passed.length})`, passed, ({ title }) => title),
    `<sub>${prose(report.target)} · ${prose(moment(report.startedAt))} · ${duration(report.took)} · ${prose(report.scanner)}</sub>`,
    "",
  ];
}

function table(
  title: string,
  audits: readonly ReportAudit[],
  textOf: (audit: ReportAudit) => string,
): string[] {
  if (audits.length === 0) return [];
  return [
    "<details>",
    `<summary>${title}</summary>`,
    "",
    "| | |",
    "| --- | --- |",
    ...audits.map((audit) => `| \`${audit.id}\` | ${prose(textOf(audit))} |`),
    "",
    "</details>",
    "",
  ];
}

/** Request and answer as they travelled. */
function httpOf(exchange: ReportExchange): string {
  const lines = (headers: ReportExchange["headers"]): string[] =>
    headers.map(([name, value]) => `${name}: ${oneLine(value)}`);
  return [
    `${exchange.method} ${oneLine(exchange.url)}`,
    ...lines(exchange.requestHeaders),
    ...(exchange.requestBody === undefined ? [] : ["", exchange.requestBody]),
    "",
    `→ ${statusOf(exchange)}`,
    ...lines(exchange.headers),
    ...(exchange.body === undefined || exchange.body === "" ? [] : ["", exchange.body]),
  ].join("\n");
}

/** A block that its own text cannot end: its fence is longer than any in it (CommonMark 4.5). */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}http`, visible(text), fence];
}

/**
 * Text on one line that is nothing but text: no markup, no table cell's end, no mention of a
 * person, no reference to an issue, no link.
 */
function prose(text: string): string {
  return html(oneLine(text))
    .replaceAll(/[\\`*_[\]|~]/gu, (character) => `\\${character}`)
    .replaceAll("@", "@\u200B")
    .replaceAll(/#(?=\d)/gu, "#\u200B")
    .replaceAll("://", "&#58;//")
    .replaceAll(/\bwww\./giu, "www\u200B.")
    .replace(/^(?:[-+>=]|#{1,6}(?= )|\d+[.)](?= ))/u, "\u200B$&");
}

function html(text: string): string {
  return oneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
