/**
 * The scanner on applications whose truth is known: every fault is found by its audit, no other
 * audit cries, every right application is clean, and nothing but address and account is needed to
 * sign in and out of nearly all of them.
 *
 * By default one fixture of each kind is scanned; `npm run test:nightly` scans them all.
 */
import { scan } from "endsession-scan";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { readCatalogue, startFixtures } from "./fixtures.ts";
import type { Corpus, Fixture } from "./fixtures.ts";

const account = { username: "ada@example.com", password: "correct horse 1851" };
/** A scan takes some seconds, and several share the processors. */
const patience = 300_000;

const nightly = process.env["ENDSESSION_NIGHTLY"] === "1";
const catalogue = await readCatalogue();
const chosen = nightly ? catalogue : oneOfEachKind(catalogue);

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
  expect(chosen.filter(({ fails }) => fails.length > 0).length).toBeGreaterThanOrEqual(40);
  expect(chosen.filter(({ fails }) => fails.length === 0).length).toBeGreaterThanOrEqual(12);
  const configured = catalogue.filter(({ config = {} }) =>
    ["loginUrl", "signIn", "fields", "logout", "private"].some((key) => key in config),
  );
  expect(configured.length / catalogue.length).toBeLessThanOrEqual(0.1);
});

/** For each fault and each right shape one fixture, whose language goes round with the kinds. */
function oneOfEachKind(all: readonly Fixture[]): Fixture[] {
  const kinds = new Map<string, Fixture[]>();
  for (const fixture of all) {
    const kind = fixture.fails.join() || `right ${fixture.shape}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), fixture]);
  }
  return [...kinds.values()].flatMap((alike, index) => {
    const start = index % alike.length;
    return alike.slice(start, start + 1);
  });
}
