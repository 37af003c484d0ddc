/** What an audit is: a pure function from what was seen to a verdict. */
import type { Artifacts, Collected, CollectorName } from "./artifacts.ts";

export type Verdict = "pass" | "fail" | "inconclusive" | "not-applicable";

/** From worst to mildest, as CVSS names its bands. */
export const severities = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];

/** What backs a verdict: an exchange, or a line of text where there was none. */
export interface Evidence {
  /** The id of an exchange in the artifacts. */
  readonly exchange?: string;
  readonly text: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** One or two sentences: what was seen. */
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** Where this case is milder or worse than the audit's usual one. */
  readonly severity?: Severity;
}

/** What an audit says of itself, whatever the outcome. */
export interface AuditMeta {
  readonly id: string;
  /** The title when it passes. */
  readonly title: string;
  /** The title when it fails. */
  readonly failTitle: string;
  /** What an attacker or the next person at the device gains. */
  readonly why: string;
  readonly severity: Severity;
  /** Ids of `docs/requirements.md`, and clauses of ASVS 5, WSTG, RFC or NIST. */
  readonly requirements: readonly string[];
  /** Number in the Common Weakness Enumeration. */
  readonly cwe: number;
  /** Category of Bugcrowd's vulnerability rating taxonomy. */
  readonly bounty: string;
  /** What to do, in one or two sentences. */
  readonly fix: string;
}

export interface Audit extends AuditMeta {
  readonly needs: CollectorName;
  /** Part of `--quick`. */
  readonly quick: boolean;
  judge(artifacts: Artifacts): Judgement;
}

/** An audit and its verdict: what reports are made of. */
export interface Finding extends AuditMeta, Judgement {
  readonly severity: Severity;
}

interface Definition<Need extends CollectorName> extends AuditMeta {
  readonly needs: Need;
  readonly quick?: boolean;
  judge(part: NonNullable<Collected[Need]>, artifacts: Artifacts): Judgement;
}

/** Makes an audit that is asked only when what it needs was collected. */
export function defineAudit<Need extends CollectorName>(definition: Definition<Need>): Audit {
  return {
    ...definition,
    quick: definition.quick ?? false,
    judge(artifacts) {
      const part = artifacts.collected[definition.needs];
      if (part !== undefined) return definition.judge(part, artifacts);
      const gap = artifacts.gaps[definition.needs];
      const verdict = gap?.notApplicable === true ? "not-applicable" : "inconclusive";
      return { verdict, reason: gap?.reason ?? "This was not looked at.", evidence: [] };
    },
  };
}

export function pass(reason: string, evidence: readonly Evidence[] = []): Judgement {
  return { verdict: "pass", reason, evidence };
}

export function fail(
  reason: string,
  evidence: readonly Evidence[],
  severity?: Severity,
): Judgement {
  return { verdict: "fail", reason, evidence, ...(severity === undefined ? {} : { severity }) };
}

export function inconclusive(reason: string, evidence: readonly Evidence[] = []): Judgement {
  return { verdict: "inconclusive", reason, evidence };
}

export function notApplicable(reason: string): Judgement {
  return { verdict: "not-applicable", reason, evidence: [] };
}
