/** What a report is: the one truth behind its type, its JSON Schema and its reader. */
import { z } from "zod";
import { severities } from "../audit.ts";

const count = z.number().int().nonnegative();
const header = z.tuple([z.string(), z.string()]);

const exchange = z
  .object({
    id: z.string(),
    at: z.number().describe("Milliseconds since the scan began"),
    by: z.string().describe("Who asked: a device's letter, replay or anonymous"),
    method: z.string(),
    url: z.string(),
    requestHeaders: z.array(header),
    requestBody: z.string().exactOptional(),
    status: z.number().int().describe("0 when no answer came: error says why"),
    headers: z.array(header),
    body: z.string().exactOptional().describe("The first characters of the answer's body"),
    took: z.number().describe("Milliseconds until the answer was there"),
    error: z.string().exactOptional(),
  })
  .meta({ id: "exchange", description: "One request and its answer, secrets cut" });

const evidence = z.object({
  text: z.string(),
  exchange: exchange.exactOptional(),
});

const audit = z
  .object({
    id: z.string(),
    verdict: z.enum(["pass", "fail", "inconclusive", "not-applicable"]),
    severity: z.enum(severities),
    title: z.string().describe("What is so; for a fail, what is wrong"),
    reason: z.string().describe("What was seen"),
    evidence: z.array(evidence),
    why: z.string().describe("What an attacker or the next person at the device gains"),
    requirements: z
      .array(z.string())
      .describe("Ids of endsession's requirements, and of standards"),
    cwe: z.number().int().describe("Number in the Common Weakness Enumeration"),
    bounty: z.string().describe("Category of Bugcrowd's vulnerability rating taxonomy"),
    fix: z.string(),
  })
  .meta({ id: "audit", description: "A question, its answer, and what backs it" });

const step = z
  .object({
    at: z.number().describe("Milliseconds since the scan began"),
    by: z.string(),
    what: z.string(),
    tone: z.enum(["good", "bad"]).exactOptional(),
    exchange: z
      .object({ id: z.string(), method: z.string(), url: z.string(), status: z.number().int() })
      .exactOptional(),
  })
  .meta({ id: "step", description: "What a person would tell of the scan" });

export const reportSchema = z
  .object({
    schema: z.literal("endsession-scan/1"),
    target: z.string(),
    startedAt: z.string().meta({ format: "date-time" }),
    took: z.number().describe("Milliseconds"),
    scanner: z.string(),
    browser: z.string(),
    framework: z.string().describe("What the answers look like"),
    logins: count.describe("How often the scan signed in"),
    verdict: z
      .enum(["dead", "alive", "cannot-judge"])
      .describe("What became of the session that was signed out"),
    headline: z.string().describe("The verdict in one sentence"),
    counts: z.object({
      pass: count,
      fail: count,
      inconclusive: count,
      "not-applicable": count,
    }),
    warnings: z.array(z.string()),
    audits: z.array(audit),
    steps: z.array(step),
    screenshots: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        png: z
          .string()
          .regex(/^[A-Za-z0-9+/]+={0,2}$/u)
          .meta({ contentEncoding: "base64", contentMediaType: "image/png" }),
      }),
    ),
  })
  .meta({
    $id: "urn:endsession-scan:report:1",
    title: "Report of endsession-scan",
    description: "Whether a session is really dead after logout, and what backs it",
  });

type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;

/** A scan's outcome: what the JSON report holds, and all other reports are made from. */
export type Report = Frozen<z.infer<typeof reportSchema>>;
export type ReportAudit = Report["audits"][number];
export type ReportEvidence = ReportAudit["evidence"][number];
export type ReportExchange = NonNullable<ReportEvidence["exchange"]>;
export type ReportStep = Report["steps"][number];
export type ReportVerdict = Report["verdict"];

/** The JSON Schema (2020-12) that is published as `endsession-scan/schema/report.json`. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(reportSchema, { target: "draft-2020-12" });
}
