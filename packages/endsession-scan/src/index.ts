/** The scanner as a library: one function that scans, and what it hands out. */
export { scan, reportOf } from "./scan.ts";
export type { ScanOptions, ScanResult } from "./scan.ts";
export type { ConfigInput } from "./config/schema.ts";
export { configSchema } from "./config/schema.ts";
export { ScanError } from "./scan-error.ts";
export { exitCode } from "./report.ts";
export type { Report, ReportAudit } from "./report.ts";
export type { Artifacts } from "./artifacts.ts";
export type { Audit, Finding, Severity, Verdict } from "./audit.ts";
export { audits } from "./audits/index.ts";
export { judge } from "./judge.ts";
