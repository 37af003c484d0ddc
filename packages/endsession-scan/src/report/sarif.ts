/** The report as SARIF 2.1.0 (OASIS), for code scanning: a rule for each audit, a result for each fail. */
import { createHash } from "node:crypto";
import type { Severity } from "../audit.ts";
import { jsonOf } from "./json.ts";
import { visible } from "../plain-text.ts";
import type { Report, ReportAudit, ReportExchange } from "./schema.ts";
import { auditsOf } from "./words.ts";

export interface SarifOptions {
  /**
   * A file of the repository that the results are pinned to, relative to its root: code scanning
   * wants one, and refuses addresses of the web. Default: `endsession.scan.json`.
   */
  readonly file?: string;
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** Within the bands that code scanning reads it by. */
const scores: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
  info: "0.1",
};

/**
 * Passes are no results here: code scanning takes every result for a finding, whatever its `kind`.
 * What could not be judged is told as a notification of the tool's execution.
 */
export function sarifReport(
  report: Report,
  { file = "endsession.scan.json" }: SarifOptions = {},
): string {
  const [name, version] = report.scanner.split(" ");
  const open = auditsOf(report, "inconclusive");
  return jsonOf({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: name || "endsession-scan",
            ...(version === undefined ? {} : { version }),
            rules: report.audits.map(ruleOf),
          },
        },
        automationDetails: { id: `endsession-scan/${hostOf(report.target)}/` },
        invocations: [
          {
            executionSuccessful: report.verdict !== "cannot-judge",
            startTimeUtc: new Date(report.startedAt).toISOString(),
            toolExecutionNotifications: [
              ...report.warnings.map((text) => ({ level: "warning", message: { text } })),
              ...open.map(({ id, reason }) => ({
                level: "note",
                message: { text: `${id} could not be judged: ${visible(reason)}` },
                associatedRule: { id },
              })),
            ],
          },
        ],
        results: report.audits.flatMap((audit, ruleIndex) =>
          audit.verdict === "fail" ? [resultOf(audit, ruleIndex, report.target, file)] : [],
        ),
        properties: { target: report.target, verdict: report.verdict, headline: report.headline },
      },
    ],
  });
}

function ruleOf(audit: ReportAudit): object {
  const { id, severity, title, why, fix, cwe, requirements, bounty } = audit;
  const standards = requirements.join(", ");
  return {
    id,
    name: id.replaceAll(/(?:^|-)(\w)/gu, (_match, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    helpUri: `https://cwe.mitre.org/data/definitions/${cwe}.html`,
    help: {
      text: `${why}\n\nFix: ${fix}\n\n${standards}`,
      markdown: `${why}\n\n**Fix:** ${fix}\n\n${standards}`,
    },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ["security", `external/cwe/cwe-${String(cwe).padStart(3, "0")}`, ...requirements],
      "security-severity": scores[severity],
      precision: "very-high",
      bounty,
    },
  };
}

function resultOf(audit: ReportAudit, ruleIndex: number, target: string, file: string): object {
  const seen = audit.evidence.flatMap(({ exchange }) => exchange ?? []);
  const [first] = seen;
  const lines = [audit.reason, ...audit.evidence.map(({ text }) => `- ${text}`)];
  return {
    ruleId: audit.id,
    ruleIndex,
    level: levels[audit.severity],
    message: { text: visible(`${lines.join("\n")}\n\nFix: ${audit.fix}`) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: first?.url ?? target, kind: "resource" }],
      },
    ],
    ...(first === undefined ? {} : { webRequest: requestOf(first), webResponse: answerOf(first) }),
    partialFingerprints: { "endsession-scan/1": fingerprint(hostOf(target), audit.id) },
  };
}

function requestOf({ method, url, requestHeaders, requestBody }: ReportExchange): object {
  return {
    protocol: "HTTP",
    method,
    target: url,
    headers: merged(requestHeaders),
    ...(requestBody === undefined ? {} : { body: { text: requestBody } }),
  };
}

function answerOf({ status, headers, body, error }: ReportExchange): object {
  if (status === 0) return { noResponseReceived: true, reasonPhrase: error ?? "" };
  return {
    protocol: "HTTP",
    statusCode: status,
    headers: merged(headers),
    ...(body === undefined ? {} : { body: { text: body } }),
  };
}

/** SARIF's headers are an object: several of one name share a member, a line each. */
function merged(headers: ReportExchange["headers"]): Readonly<Record<string, string>> {
  const members = new Map<string, string>();
  for (const [name, value] of headers) {
    const known = members.get(name);
    members.set(name, known === undefined ? value : `${known}\n${value}`);
  }
  return Object.fromEntries(members);
}

function hostOf(target: string): string {
  return URL.canParse(target) ? new URL(target).host : target;
}

function fingerprint(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
}
