/**
 * The scanner on applications whose truth is known: every fault is found by its audit, no other
 * audit cries, every right application is clean, and nothing but address and account is needed to
 * sign in and out of nearly all of them.
 *
 * By default a few of each language are scanned; `npm run test:nightly` scans them all.
 */
import { scan } from "endsession-scan";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { readCatalogue, startFixtures } from "./fixtures.ts";
import type { Corpus } from "./fixtures.ts";

const account = { username: "ada@example.com", password: "correct horse 1851" };
/** A scan takes some seconds, and several share the processors. */
const patience = 300_000;

const nightly = process.env["ENDSESSION_NIGHTLY"] === "1";
const catalogue = await readCatalogue();
const daily = [
  "right-server-pages",
  "right-menu",
  "right-flask",
  "right-django",
  "right-php",
  "session-survives-logout--flask-only-the-cookie",
  "other-device-ended--flask",
  "cookie-twins--flask-path",
  "instances-disagree--flask-workers",
  "device-list-leaks-credentials--django-session-keys",
  "logout-by-get--php",
  "secret-in-url--php-session-id",
];
const chosen = catalogue.filter(({ name }) => nightly || daily.includes(name));

describe.concurrent("the scanner's corpus", () => {
  let browser: Browser;
  let corpus: Corpus;

  beforeAll(async () => {
    [browser, corpus] = await Promise.all([launchChromium(), startFixtures(chosen)]);
  }, patience);

  afterAll(async () => {
    await Promise.all([browser.close(), corpus.stop()]);
  });

  test.each(chosen.map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    async (name, { fails, config, options }) => {
      const baseUrl = corpus.urls.get(name) ?? "";
      const { report } = await scan(
        { ...account, ...config, baseUrl },
        { browser, delays: [1000, 5000], ...options },
      );
      const failed = report.audits.filter(({ verdict }) => verdict === "fail");
      expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual(
        failed.filter(({ id }) => fails.includes(id)).map(({ id, reason }) => `${id}: ${reason}`),
      );
      expect(failed.map(({ id }) => id).toSorted()).toEqual([...fails].toSorted());
    },
    patience,
  );
});

test("the corpus is as large and as mixed as it was promised to be", () => {
  const broken = catalogue.filter(({ fails }) => fails.length > 0);
  const right = catalogue.filter(({ fails }) => fails.length === 0);
  expect(broken.length).toBeGreaterThanOrEqual(40);
  expect(right.length).toBeGreaterThanOrEqual(12);
  expect(new Set(catalogue.map(({ framework }) => framework)).size).toBeGreaterThanOrEqual(4);
  const configured = catalogue.filter(({ config = {} }) =>
    ["loginUrl", "signIn", "fields", "logout", "private"].some((key) => key in config),
  );
  expect(configured.length / catalogue.length).toBeLessThanOrEqual(0.1);
});
