/** The browser that a scan drives: a real Chromium, as like a user's as it can be made. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import type { Limits } from "../limit.ts";
import { ScanError } from "../scan-error.ts";

export interface BrowserOptions {
  /** Path of a Chromium or Chrome. Default: `ENDSESSION_CHROMIUM`, else the first one on PATH. */
  readonly browserPath?: string;
  /** Switches Chromium's sandbox off, which root needs. Default: false. */
  readonly noSandbox?: boolean;
  /** Shows the browser's window. Default: false. */
  readonly headed?: boolean;
}

const executables = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];

/**
 * Chromium takes the last list of these, so that this one stands in for Playwright's: what calls home
 * or rewrites addresses, and the two renderers that each window has for its address bar.
 */
const unwantedFeatures = [
  "AimEnabled",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PreconnectToSearch",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxPopup",
] as const;

/**
 * Starts a browser whose resolver knows the named hosts and no other.
 *
 * @throws ScanError when there is no browser, or it does not start; the message says what to do
 */
export async function launchBrowser(
  options: BrowserOptions & Limits,
  hosts: readonly string[],
): Promise<Browser> {
  const executablePath =
    options.browserPath ?? (process.env["ENDSESSION_CHROMIUM"] || (await onPath()));
  if (executablePath === null) {
    throw new ScanError(
      "cannot-judge",
      "No Chromium or Chrome was found. Install one (Debian: apt-get install chromium; elsewhere: npx playwright-core install chromium), or name it with --browser-path.",
    );
  }
  if (!(await isExecutable(executablePath))) {
    throw new ScanError(
      "cannot-judge",
      `The browser ${executablePath} is not there, or cannot be executed. Name a Chromium or Chrome with --browser-path, or leave it out to use the one on PATH.`,
    );
  }
  try {
    return await chromium.launch({
      executablePath,
      // Who listens for the signal closes the browser, and says so.
      handleSIGINT: options.signal === undefined,
      headless: options.headed !== true,
      chromiumSandbox: options.noSandbox !== true,
      // Playwright switches the back/forward cache off, and with it what this is about.
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
      args: [
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--disable-features=${unwantedFeatures.join(",")}`,
        `--host-resolver-rules=MAP * ~NOTFOUND, ${hosts.map((host) => `EXCLUDE ${host}`).join(", ")}`,
      ],
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sandbox = /sandbox/iu.test(why)
      ? " Chromium cannot use its sandbox here (it never can as root): run as another user, or pass --no-sandbox if only your own applications are scanned."
      : "";
    throw new ScanError("cannot-judge", `The browser ${executablePath} did not start.${sandbox}`, {
      cause: error,
    });
  }
}

async function onPath(): Promise<string | null> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const name of executables) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  }
  return null;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
