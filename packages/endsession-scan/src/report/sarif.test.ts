import { expect, test } from "vitest";
import { z } from "zod";
import { makeReport } from "../report.ts";
import { exampleArtifacts, exampleFindings } from "../test-support/example.ts";
import { hostileReport } from "../test-support/hostile.ts";
import { sarifReport } from "./sarif.ts";

/** The parts of SARIF 2.1.0 that are used, as its schema demands them. */
const message = z.strictObject({ text: z.string().min(1) });
const body = z.strictObject({ text: z.string() });
const level = z.enum(["none", "note", "warning", "error"]);
const http = z.strictObject({
  protocol: z.string().optional(),
  method: z.string().optional(),
  target: z.string().optional(),
  statusCode: z.int().optional(),
  reasonPhrase: z.string().optional(),
  noResponseReceived: z.boolean().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: body.optional(),
});
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          version: z.string().optional(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              name: z.string().regex(/^[A-Z][A-Za-z]+$/u),
              shortDescription: message,
              fullDescription: message,
              helpUri: z.url(),
              help: z.strictObject({ text: z.string(), markdown: z.string() }),
              defaultConfiguration: z.strictObject({ level }),
              properties: z.looseObject({
                tags: z.array(z.string()),
                "security-severity": z.string().regex(/^\d+\.\d$/u),
              }),
            }),
          ),
        }),
      }),
      automationDetails: z.strictObject({ id: z.string() }),
      invocations: z.tuple([
        z.strictObject({
          executionSuccessful: z.boolean(),
          startTimeUtc: z.iso.datetime(),
          toolExecutionNotifications: z.array(
            z.strictObject({
              level,
              message,
              associatedRule: z.strictObject({ id: z.string() }).optional(),
            }),
          ),
        }),
      ]),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int(),
          level,
          message,
          locations: z.tuple([
            z.strictObject({
              physicalLocation: z.strictObject({
                // Code scanning refuses everything with a scheme.
                artifactLocation: z.strictObject({ uri: z.string().regex(/^[^:]+$/u) }),
                region: z.strictObject({ startLine: z.literal(1) }),
              }),
              logicalLocations: z.array(
                z.strictObject({ fullyQualifiedName: z.string(), kind: z.literal("resource") }),
              ),
            }),
          ]),
          webRequest: http.optional(),
          webResponse: http.optional(),
          partialFingerprints: z.record(z.string(), z.string().regex(/^[0-9a-f]{32}$/u)),
        }),
      ),
      properties: z.looseObject({ verdict: z.string() }),
    }),
  ]),
});

const report = makeReport(exampleArtifacts(), exampleFindings());

test("a rule for each audit, a result for each fail, each pointing to its rule", () => {
  const [run] = sarif.parse(JSON.parse(sarifReport(report))).runs;
  const { rules } = run.tool.driver;
  expect(rules).toHaveLength(report.audits.length);
  expect(run.results.map(({ ruleId }) => ruleId)).toEqual([
    "session-survives-logout",
    "cookie-flags",
    "back-button-shows-page",
  ]);
  for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]?.id).toBe(ruleId);
  expect(rules[0]?.properties).toMatchObject({
    tags: expect.arrayContaining(["security", "external/cwe/cwe-613", "ASVS 7.4.1"]),
    "security-severity": "8.0",
  });
  expect(run.results.map(({ level: it }) => it)).toEqual(["error", "note", "warning"]);
  expect(run.results[0]?.webResponse?.statusCode).toBe(200);
});

test("what could not be judged is told, and is no result", () => {
  const [run] = sarif.parse(JSON.parse(sarifReport(report))).runs;
  const told = run.invocations[0].toolExecutionNotifications;
  expect(told.map(({ associatedRule }) => associatedRule?.id)).toEqual([
    undefined,
    "other-tab-stays",
    "logout-needs-live-session",
  ]);
});

test("fingerprints stay the same from scan to scan, and differ by audit", () => {
  const of = (startedAt: string): string[] => {
    const [run] = sarif.parse(
      JSON.parse(sarifReport({ ...report, startedAt, target: `${report.target}/${startedAt}` })),
    ).runs;
    return run.results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));
  };
  expect(of("2026-11-21T09:14:07.000Z")).toEqual(of("2026-12-01T00:00:00.000Z"));
  expect(new Set(of("2026-11-21T09:14:07.000Z")).size).toBe(3);
});

test("a hostile application's SARIF has the same form; the file may be named", () => {
  const text = sarifReport(hostileReport(), { file: "deploy/my app.yml" });
  const [run] = sarif.parse(JSON.parse(text)).runs;
  expect(run.results[0]?.locations[0].physicalLocation.artifactLocation.uri).toBe(
    "deploy/my%20app.yml",
  );
});
