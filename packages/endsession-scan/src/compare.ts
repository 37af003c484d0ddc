/** Two reports of one application, before and after a change: what got worse, and what was mended. */
import type { Severity, Verdict } from "./audit.ts";
import { rankOf } from "./report/words.ts";
import type { ExitCode, Report, ReportAudit, ReportVerdict } from "./report.ts";

/** How an audit's answer changed. */
export interface Change {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** `null` where the earlier report did not ask. */
  readonly before: Verdict | null;
  readonly after: Verdict;
  /** What was seen the second time. */
  readonly reason: string;
  readonly fix: string;
}

export interface Side {
  readonly target: string;
  readonly startedAt: string;
  readonly scanner: string;
  readonly verdict: ReportVerdict;
}

export interface Comparison {
  readonly schema: "endsession-scan-comparison/1";
  readonly before: Side;
  readonly after: Side;
  /** What fails now and did not before, or fails worse; the worst first. */
  readonly regressions: readonly Change[];
  /** What failed and does so no more. */
  readonly mended: readonly Change[];
  /** What had an answer and has none now: nobody knows whether it is still so. */
  readonly newlyInconclusive: readonly Change[];
  /** All other changes, such as a first answer, or an audit that applies no more. */
  readonly otherChanges: readonly Change[];
  /** Same answer as before. */
  readonly unchanged: readonly Change[];
  /** Ids of audits that only the earlier report has. */
  readonly noLongerAsked: readonly string[];
  readonly warnings: readonly string[];
}

type Kind = "regressions" | "mended" | "newlyInconclusive" | "otherChanges" | "unchanged";

export function compare(before: Report, after: Report): Comparison {
  const earlier = new Map(before.audits.map((audit) => [audit.id, audit]));
  const later = new Set(after.audits.map(({ id }) => id));
  const changes = after.audits.map((audit) => changeOf(earlier.get(audit.id), audit));
  const of = (wanted: Kind): Change[] =>
    changes.filter(({ kind }) => kind === wanted).map(({ change }) => change);
  return {
    schema: "endsession-scan-comparison/1",
    before: sideOf(before),
    after: sideOf(after),
    regressions: of("regressions").toSorted((a, b) => rankOf(a.severity) - rankOf(b.severity)),
    mended: of("mended"),
    newlyInconclusive: of("newlyInconclusive"),
    otherChanges: of("otherChanges"),
    unchanged: of("unchanged"),
    noLongerAsked: before.audits.map(({ id }) => id).filter((id) => !later.has(id)),
    warnings: warningsOf(before, after),
  };
}

/** 1: something got worse. 2: the later scan could not judge. 0: neither. */
export function comparisonExitCode({ regressions, after }: Comparison): ExitCode {
  if (regressions.length > 0) return 1;
  return after.verdict === "cannot-judge" ? 2 : 0;
}

function changeOf(
  before: ReportAudit | undefined,
  after: ReportAudit,
): { readonly kind: Kind; readonly change: Change } {
  const { id, title, severity, verdict, reason, fix } = after;
  return {
    kind: kindOf(before, after),
    change: { id, title, severity, before: before?.verdict ?? null, after: verdict, reason, fix },
  };
}

function kindOf(before: ReportAudit | undefined, after: ReportAudit): Kind {
  if (after.verdict === "fail") {
    const same = before?.verdict === "fail" && rankOf(after.severity) >= rankOf(before.severity);
    return same ? "unchanged" : "regressions";
  }
  if (before?.verdict === after.verdict) return "unchanged";
  if (after.verdict === "inconclusive") {
    const known = before !== undefined && before.verdict !== "not-applicable";
    return known ? "newlyInconclusive" : "otherChanges";
  }
  return before?.verdict === "fail" ? "mended" : "otherChanges";
}

function sideOf({ target, startedAt, scanner, verdict }: Report): Side {
  return { target, startedAt, scanner, verdict };
}

function warningsOf(before: Report, after: Report): string[] {
  return [
    ...(before.target === after.target
      ? []
      : [`Two different addresses are compared: ${before.target} and ${after.target}.`]),
    ...(before.scanner === after.scanner
      ? []
      : [`Two versions of the scanner are compared: ${before.scanner} and ${after.scanner}.`]),
    ...(before.startedAt > after.startedAt
      ? ["The report given as the earlier one is the later one."]
      : []),
  ];
}
