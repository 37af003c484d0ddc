/** The report: everything a scan saw and found that is worth telling, in one plain object. */
import type { Artifacts, Step } from "./artifacts.ts";
import type { Finding, Severity, Verdict } from "./audit.ts";
import { reportSchema } from "./report/schema.ts";
import type { Report, ReportAudit, ReportStep } from "./report/schema.ts";
import { deciding, outcomeOf } from "./report/verdict.ts";
import { rankOf } from "./report/words.ts";
import { ScanError } from "./scan-error.ts";

export type {
  Report,
  ReportAudit,
  ReportEvidence,
  ReportExchange,
  ReportStep,
  ReportVerdict,
} from "./report/schema.ts";

/** The least severity of a finding that makes a scan fail; `never` for none. */
export type FailOn = Severity | "never";

/** 0: clean. 1: findings. 2: it could not be judged. */
export type ExitCode = 0 | 1 | 2;

/** Makes the report of a scan. Evidence holds its exchanges, so that the report stands alone. */
export function makeReport(artifacts: Artifacts, findings: readonly Finding[]): Report {
  const { target, startedAt, took, scanner, browser, framework, logins, warnings } = artifacts;
  return {
    schema: "endsession-scan/1",
    target,
    startedAt,
    took,
    scanner,
    browser,
    framework,
    logins,
    ...outcomeOf(findings),
    counts: countsOf(findings),
    warnings,
    audits: findings.map((finding) => auditOf(finding, artifacts)),
    steps: artifacts.steps.map((step) => stepOf(step, artifacts)),
    screenshots: artifacts.shots.map(({ name, title, png }) => ({ name, title, png })),
  };
}

/**
 * The exit code of a scan. A finding outweighs what could not be judged: it was seen.
 *
 * @param failOn findings milder than this are told, and fail nothing
 */
export function exitCode(report: Report, failOn: FailOn = "low"): ExitCode {
  const grave =
    failOn !== "never" &&
    report.audits.some(
      ({ verdict, severity }) => verdict === "fail" && rankOf(severity) <= rankOf(failOn),
    );
  if (grave) return 1;
  // With --only, the audits that were asked for have to have been answered, and no others.
  const open = report.audits.some(({ verdict }) => verdict === "inconclusive");
  const decided = report.audits.some(({ id }) => deciding.some((it) => it === id));
  const unjudged = decided ? report.verdict === "cannot-judge" : open;
  return unjudged ? 2 : 0;
}

/**
 * Reads a report that was saved as JSON. Members it does not know are left out.
 *
 * @throws ScanError `usage` when it is none
 */
export function readReport(json: string): Report {
  try {
    return reportSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new ScanError(
      "usage",
      "This is no report of endsession-scan (the JSON form is needed).",
      {
        cause: error,
      },
    );
  }
}

function countsOf(findings: readonly Finding[]): Report["counts"] {
  const count = (verdict: Verdict): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return {
    pass: count("pass"),
    fail: count("fail"),
    inconclusive: count("inconclusive"),
    "not-applicable": count("not-applicable"),
  };
}

function auditOf(finding: Finding, { exchanges }: Artifacts): ReportAudit {
  const { id, verdict, severity, reason, why, requirements, cwe, bounty, fix } = finding;
  return {
    id,
    verdict,
    severity,
    title: verdict === "fail" ? finding.failTitle : finding.title,
    reason,
    evidence: finding.evidence.map(({ text, exchange: key }) => {
      const exchange = key === undefined ? undefined : exchanges[key];
      return exchange === undefined ? { text } : { text, exchange };
    }),
    why,
    requirements,
    cwe,
    bounty,
    fix,
  };
}

function stepOf({ at, by, what, tone, exchange: key }: Step, { exchanges }: Artifacts): ReportStep {
  const seen = key === undefined ? undefined : exchanges[key];
  return {
    at,
    by,
    what,
    ...(tone === undefined ? {} : { tone }),
    ...(seen === undefined
      ? {}
      : { exchange: { id: seen.id, method: seen.method, url: seen.url, status: seen.status } }),
  };
}
