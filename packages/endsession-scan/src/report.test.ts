import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { reportJsonSchema } from "./report/schema.ts";
import { jsonOf, jsonReport } from "./report/json.ts";
import { exitCode, makeReport, readReport } from "./report.ts";
import { ScanError } from "./scan-error.ts";
import { exampleArtifacts, exampleFindings, finding } from "./test-support/example.ts";
import { hostileReport } from "./test-support/hostile.ts";

const artifacts = exampleArtifacts();
const alive = makeReport(artifacts, exampleFindings());
const published = new URL("../schema/report.json", import.meta.url);

test("the verdict is that of the credentials that survive, the worst speaks", () => {
  const of = (...ids: string[]) =>
    makeReport(artifacts, [
      finding("session-survives-logout", "pass"),
      ...ids.map((id) => finding(id, "fail")),
    ]);
  expect(of()).toMatchObject({
    verdict: "dead",
    headline: expect.stringContaining("ends the session"),
  });
  expect(of("cookie-flags").headline).toContain("1 other finding to mend");
  expect(of("cookie-flags").verdict).toBe("dead");
  for (const id of [
    "token-survives-logout",
    "refresh-survives-logout",
    "remember-me-survives-logout",
    "instances-disagree",
    "slow-request-resurrects",
    "tab-reinstalls-credentials",
  ]) {
    expect(of(id).verdict).toBe("alive");
  }
  expect(of("revocation-delayed")).toMatchObject({
    verdict: "alive",
    headline:
      "The session dies late: the ended credentials were accepted for 4.0 s after the logout had answered, and refused from 6.0 s on.",
  });
  expect(alive.headline).toContain("old cookie");
});

test("without an answer about session and token nothing is judged", () => {
  const blind = makeReport(artifacts, [
    finding("session-survives-logout", "inconclusive"),
    finding("token-survives-logout", "not-applicable"),
    finding("cookie-flags", "pass"),
  ]);
  expect(blind.verdict).toBe("cannot-judge");
  expect(blind.headline).toContain("were not accepted from a fresh client");
  expect(makeReport(artifacts, []).verdict).toBe("cannot-judge");
  const half = makeReport(artifacts, [
    finding("session-survives-logout", "inconclusive"),
    finding("token-survives-logout", "pass"),
  ]);
  expect(half).toMatchObject({
    verdict: "dead",
    headline: expect.stringContaining("whether it ends the cookie's session could not be judged"),
  });
});

test("exit codes: findings at the severity, else not judged, else clean", () => {
  expect(exitCode(alive)).toBe(1);
  expect(exitCode(alive, "critical")).toBe(0);
  expect(exitCode(alive, "never")).toBe(0);
  const blind = exampleFindings({ "session-survives-logout": "inconclusive" });
  expect(exitCode(makeReport(artifacts, blind), "low")).toBe(1);
  expect(exitCode(makeReport(artifacts, blind), "high")).toBe(2);
  const info = makeReport(artifacts, [
    finding("session-survives-logout", "pass"),
    finding("cookie-flags", "fail", { severity: "info" }),
  ]);
  expect(exitCode(info)).toBe(0);
  expect(exitCode(info, "info")).toBe(1);
});

test("evidence holds its exchange, a step what was asked; an unknown exchange is left out", () => {
  const [audit] = alive.audits;
  expect(audit?.title).toBe("The session survives its logout");
  expect(audit?.evidence[1]?.exchange).toEqual(artifacts.exchanges["x24"]);
  expect(alive.steps[6]?.exchange).toEqual({
    id: "x22",
    method: "POST",
    url: "https://shop.example/logout",
    status: 303,
  });
  const lost = finding("cookie-flags", "fail", { evidence: [{ exchange: "x999", text: "gone" }] });
  expect(makeReport(artifacts, [lost]).audits[0]?.evidence).toEqual([{ text: "gone" }]);
});

test("the published schema is the one of the type (vitest -u writes it)", async () => {
  await expect(jsonOf(reportJsonSchema())).toMatchFileSnapshot("../schema/report.json");
});

test("reports satisfy the published schema, and nothing else does", () => {
  const ajv = new Ajv2020({ allErrors: true, validateFormats: false, strict: true });
  const validate = ajv.compile(JSON.parse(readFileSync(published, "utf8")));
  for (const report of [alive, hostileReport(), makeReport(artifacts, [])]) {
    validate(JSON.parse(jsonReport(report)));
    expect(validate.errors).toBeNull();
  }
  expect(validate({ ...alive, more: 1 })).toBe(false);
  expect(validate({ ...alive, verdict: "maybe" })).toBe(false);
});

test("a saved report is read back, anything else is a mistake of the caller", () => {
  expect(readReport(jsonReport(alive))).toEqual(alive);
  expect(readReport(JSON.stringify({ ...alive, later: true }))).toEqual(alive);
  for (const text of ["", "{}", "[]", "<html>", JSON.stringify({ ...alive, schema: "other" })]) {
    expect(() => readReport(text)).toThrow(ScanError);
  }
});
