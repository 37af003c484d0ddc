/** How all reports say the same things. */
import { severities } from "../audit.ts";
import type { Severity, Verdict } from "../audit.ts";
import type { Report, ReportAudit, ReportExchange, ReportVerdict } from "./schema.ts";

/** The verdict as a reader meets it first. */
export const verdictWords: Readonly<Record<ReportVerdict, string>> = {
  dead: "The session is dead.",
  alive: "The session is alive.",
  "cannot-judge": "It cannot be judged.",
};

export const glyphs: Readonly<Record<Verdict, string>> = {
  fail: "✗",
  inconclusive: "?",
  pass: "✓",
  "not-applicable": "–",
};

export const verdictLabels: Readonly<Record<Verdict, string>> = {
  fail: "failed",
  inconclusive: "inconclusive",
  pass: "passed",
  "not-applicable": "not applicable",
};

/** The audits of one verdict; the worst first where they failed. */
export function auditsOf(report: Report, verdict: Verdict): readonly ReportAudit[] {
  const audits = report.audits.filter((it) => it.verdict === verdict);
  return verdict === "fail"
    ? audits.toSorted((a, b) => rankOf(a.severity) - rankOf(b.severity))
    : audits;
}

/** 0 for the worst. */
export function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s+\p{Lu})/su.exec(text)?.[0] ?? text;
}

/** Milliseconds as a person says them. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** "2026-11-21 09:14 UTC", or the text as it is where it is no date. */
export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** An address without what all addresses of the scan share. */
export function shortUrl(url: string, target: string): string {
  if (!URL.canParse(url) || !URL.canParse(target)) return url;
  const { origin, pathname, search } = new URL(url);
  return origin === new URL(target).origin ? `${pathname}${search}` : url;
}

export function statusOf({ status, error }: Pick<ReportExchange, "status" | "error">): string {
  return status === 0 ? (error ?? "no answer") : String(status);
}

/** Who did something, for people. */
export function nameOf(by: string): string {
  if (by === "replay") return "Fresh client";
  if (by === "anonymous") return "Anonymous client";
  return /^[A-Z]$/u.test(by) ? `Device ${by}` : by;
}
