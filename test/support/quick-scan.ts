/** The scanner's quick set on an application that a test has started. */
import { scan } from "endsession-scan";
import type { ConfigInput } from "endsession-scan";
import { expect } from "vitest";
import { launchChromium } from "./chromium.ts";

/** Scanned each time; the others in the nightly run, since a scan takes some ten seconds. */
const daily = ["express", "nextjs", "Flask by the client"];

/** Whether the application of that name is scanned in this run. */
export function isScanned(name: string): boolean {
  return daily.includes(name) || process.env["ENDSESSION_NIGHTLY"] === "1";
}

/** Expects that the session of an application is dead after its logout, and that no audit fails. */
export async function expectClean(config: ConfigInput): Promise<void> {
  const browser = await launchChromium();
  try {
    const { report } = await scan(config, { browser, quick: true, delays: [1000] });
    const failed = report.audits.filter(({ verdict }) => verdict === "fail");
    expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(report.headline).toMatch(/^Signing out ends the session/u);
  } finally {
    await browser.close();
  }
}
