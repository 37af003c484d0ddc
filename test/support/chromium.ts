/**
 * A real Chromium for the tests that need a browser.
 *
 * The back/forward cache stays on: whether a signed-out page comes back from it is one of the
 * things the tests ask, and Playwright switches that cache off unless told otherwise.
 */
import { chromium } from "playwright-core";
import type { Browser, LaunchOptions } from "playwright-core";
import { findTool, isRoot } from "./tool.ts";

/** Keeps the browser from talking to its vendor, and from QUIC, which test servers do not speak. */
const FLAGS = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Chromium takes the last such list: Playwright's, and the two renderers that each window has for
  // its address bar, which no test looks at.
  `--disable-features=${[
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
  ].join(",")}`,
] as const;

/** Playwright's own defaults that would make the browser unlike a user's. */
const UNWANTED_DEFAULTS = ["--disable-back-forward-cache"] as const;

/**
 * Starts a headless Chromium, installing one first where {@link findChromium} may.
 *
 * @param options Playwright's launch options; `args` and a list in `ignoreDefaultArgs` are added
 *   to ours, everything else replaces ours.
 * @throws Error when no browser can be found or installed; its message names the command to run.
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const { args = [], ignoreDefaultArgs = [], ...rest } = options;
  return chromium.launch({
    executablePath: rest.executablePath ?? (await findChromium()),
    // Chromium refuses to start its sandbox as root; for everybody else it stays on.
    chromiumSandbox: !isRoot(),
    ...rest,
    args: [...FLAGS, ...args],
    ignoreDefaultArgs: Array.isArray(ignoreDefaultArgs)
      ? [...UNWANTED_DEFAULTS, ...ignoreDefaultArgs]
      : ignoreDefaultArgs,
  });
}

/** The path of a Chromium, by the ladder of {@link findTool}. */
export function findChromium(): Promise<string> {
  return findTool({
    name: "Chromium",
    variable: "ENDSESSION_CHROMIUM",
    executables: ["chromium", "chromium-browser", "google-chrome"],
    debianPackage: "chromium",
  });
}
