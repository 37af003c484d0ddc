/**
 * The scanner on our own demo: clean as it is, and no longer so when one line of it, or of the
 * library, is wrong. Each patch is a mistake that somebody could make.
 *
 * By default the demo as it is, and the patches are checked; `npm run test:nightly` scans them all.
 */
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { audits, scan } from "endsession-scan";
import type { Report, ScanOptions } from "endsession-scan";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { accounts, startDemo } from "../support/demo.ts";
import { copyDemo, readPatch } from "./sabotage.ts";

/** A scan takes some seconds, and several share the processors. */
const patience = 600_000;
const folder = fileURLToPath(new URL("sabotages/", import.meta.url));

/** Which audit finds which patch. */
const table: Readonly<Record<string, string>> = {
  "01-logout-deletes-cookies-only": "session-survives-logout",
  "02-remembered-device-not-revoked": "remember-me-survives-logout",
  "03-cookies-deleted-under-another-path": "cookie-not-deleted",
  "04-cookies-without-http-only": "cookie-flags",
  "05-logout-by-link": "logout-by-get",
  "06-logout-everywhere-by-default": "other-device-ended",
  "07-older-epochs-accepted": "logout-all-incomplete",
  "08-password-change-ends-nothing": "password-change-keeps-sessions",
  "09-private-pages-kept": "private-page-cacheable",
  "10-logout-leads-anywhere": "redirect-not-safe",
  "11-every-origin-allowed": "cors-too-open",
  "12-stack-shown": "error-details-shown",
  "13-limit-before-the-end": "rate-limit-blocks-logout",
  "14-ended-sessions-pass-for-a-while": "revocation-delayed",
  "15-plain-pages-without-script": "other-tab-stays",
  "16-address-kept-in-browser": "client-data-left",
  "17-dead-sessions-refused": "logout-needs-live-session",
  "18-clear-site-data-unquoted": "clear-site-data-misused",
  "19-token-in-address": "secret-in-url",
  "20-cookie-value-in-answer": "device-list-leaks-credentials",
};

const nightly = process.env["ENDSESSION_NIGHTLY"] === "1";
const chosen = nightly ? Object.entries(table) : [];

describe.concurrent("the scanner on the demo", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test(
    "finds nothing as it is, having asked every audit of the patches",
    async () => {
      const { audits: judged } = await scanned(browser, null, {
        logoutAll: true,
        changePassword: true,
      });
      const failed = judged.filter(({ verdict }) => verdict === "fail");
      expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
      const passed = new Set(
        judged.filter(({ verdict }) => verdict === "pass").map(({ id }) => id),
      );
      expect(Object.values(table).filter((id) => !passed.has(id))).toEqual([]);
    },
    patience,
  );

  test.each(chosen)(
    "with %s fails %s",
    async (name, id) => {
      const { audits: judged } = await scanned(browser, name, {
        only: [id],
        quick: audits.find((audit) => audit.id === id)?.quick ?? false,
        logoutAll: id === "logout-all-incomplete",
        changePassword: id === "password-change-keeps-sessions",
      });
      expect(judged.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual([
        expect.stringMatching(/^fail: /u),
      ]);
    },
    patience,
  );
});

test("every patch is in the table, and changes one line of the library or of the demo", async () => {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".patch"));
  expect(files.toSorted()).toEqual(Object.keys(table).map((name) => `${name}.patch`));
  for (const file of files) {
    const { file: source } = await readPatch(folder + file);
    expect(source).toMatch(/^(?:packages\/endsession\/src|apps\/demo\/(?:src|browser))\//u);
  }
});

/** Scans the demo with a patch, or as it is. */
async function scanned(
  browser: Browser,
  patch: string | null,
  options: ScanOptions,
): Promise<Report> {
  const copy = await copyDemo(patch === null ? null : `${folder}${patch}.patch`);
  try {
    const demo = await startDemo({ main: copy.main });
    try {
      const { email: username, password } = accounts.test;
      const config = { baseUrl: demo.url, username, password };
      return (await scan(config, { browser, delays: [1000, 5000], ...options })).report;
    } finally {
      await demo.stop();
    }
  } finally {
    await copy.remove();
  }
}
