/** The report as JUnit XML, which every CI server shows: one test case for each audit. */
import { visible } from "../plain-text.ts";
import type { Report, ReportAudit } from "./schema.ts";
import { deciding } from "./verdict.ts";
import { duration, shortUrl, statusOf } from "./words.ts";

export function junitReport(report: Report): string {
  const { counts } = report;
  const errors = report.audits.filter((audit) => isError(audit, report)).length;
  const skipped = counts.inconclusive + counts["not-applicable"] - errors;
  const totals = attributes({
    tests: report.audits.length,
    failures: counts.fail,
    errors,
    skipped,
    time: (report.took / 1000).toFixed(3),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="endsession-scan"${totals}>`,
    `  <testsuite${attributes({ name: report.target, timestamp: report.startedAt.slice(0, 19) })}${totals}>`,
    "    <properties>",
    ...Object.entries({
      verdict: report.verdict,
      headline: report.headline,
      scanner: report.scanner,
      browser: report.browser,
    }).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    "    </properties>",
    ...report.audits.map((audit) => testCase(audit, report)),
    `    <system-out>${xml(systemOut(report))}</system-out>`,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(audit: ReportAudit, report: Report): string {
  const open = `    <testcase${attributes({
    classname: "endsession-scan",
    name: `${audit.id}: ${audit.title}`,
  })}`;
  const outcome = outcomeOf(audit, report);
  return outcome === "" ? `${open}/>` : `${open}>\n      ${outcome}\n    </testcase>`;
}

function outcomeOf(audit: ReportAudit, report: Report): string {
  switch (audit.verdict) {
    case "pass":
      return "";
    case "fail":
      return `<failure${attributes({ type: audit.severity, message: audit.reason })}>${xml(
        details(audit, report),
      )}</failure>`;
    case "inconclusive":
      return isError(audit, report)
        ? `<error${attributes({ type: "inconclusive", message: audit.reason })}/>`
        : `<skipped${attributes({ message: `Could not be judged: ${audit.reason}` })}/>`;
    case "not-applicable":
      return `<skipped${attributes({ message: `Not applicable: ${audit.reason}` })}/>`;
  }
}

/** What could not be judged is skipped, except where it is the very question: that is an error. */
function isError({ id, verdict }: ReportAudit, report: Report): boolean {
  return (
    verdict === "inconclusive" &&
    report.verdict === "cannot-judge" &&
    deciding.some((it) => it === id)
  );
}

function details(audit: ReportAudit, { target }: Report): string {
  const evidence = audit.evidence.map(({ text, exchange }) =>
    exchange === undefined
      ? `- ${text}`
      : `- ${text}\n  ${exchange.method} ${shortUrl(exchange.url, target)} -> ${statusOf(exchange)}`,
  );
  return [
    audit.reason,
    ...evidence,
    `Why it matters: ${audit.why}`,
    `Fix: ${audit.fix}`,
    `CWE-${audit.cwe}; ${audit.requirements.join(", ")}`,
  ].join("\n");
}

function systemOut(report: Report): string {
  return [
    report.headline,
    ...report.warnings,
    ...report.steps.map(({ at, by, what }) => `${duration(at)}  ${by}  ${what}`),
  ].join("\n");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replaceAll("\n", "&#10;")}"`)
    .join("");
}

/** Text for XML 1.0, which has no place for most control characters; `]]>` needs its `>` escaped. */
function xml(text: string): string {
  return visible(text)
    .replaceAll(/[\uFFFE\uFFFF]/gu, "�")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
