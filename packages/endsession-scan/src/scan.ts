/** A scan from its configuration to its report. */
import type { Artifacts, CollectorName } from "./artifacts.ts";
import { configSchema } from "./config/schema.ts";
import type { ConfigInput } from "./config/schema.ts";
import { audits, quickAudits } from "./audits/index.ts";
import { checkAudits, judge } from "./judge.ts";
import { makeReport } from "./report.ts";
import type { Report } from "./report.ts";
import { run } from "./run.ts";
import type { RunOptions } from "./run.ts";

export interface ScanOptions extends RunOptions {
  /** Ids of the audits to ask. Default: all, or the quick ones with `quick`. */
  readonly only?: readonly string[];
}

export interface ScanResult {
  readonly report: Report;
  /** What the report was judged from: it can be saved, and judged again. */
  readonly artifacts: Artifacts;
}

/**
 * Signs in to an application on two devices, signs out, and judges what is left.
 *
 * @param config what the configuration file holds
 * @throws ScanError when the application cannot be judged at all, or may not be scanned
 */
export async function scan(config: ConfigInput, options: ScanOptions = {}): Promise<ScanResult> {
  checkAudits(options.only);
  const parts = options.only === undefined ? {} : { parts: partsFor(options.only) };
  const artifacts = await run(configSchema.parse(config), { ...parts, ...options });
  return { artifacts, report: reportOf(artifacts, options) };
}

/** What has to be collected for those audits. */
function partsFor(only: readonly string[]): ReadonlySet<CollectorName> {
  return new Set(audits.filter(({ id }) => only.includes(id)).map(({ needs }) => needs));
}

/** Judges what was saved of a scan, without a browser. */
export function reportOf(
  artifacts: Artifacts,
  { only, quick = false }: Pick<ScanOptions, "only" | "quick"> = {},
): Report {
  return makeReport(artifacts, judge(artifacts, only ?? (quick ? quickAudits : undefined)));
}
