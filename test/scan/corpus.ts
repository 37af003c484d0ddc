/**
 * The scanner on applications whose truth is known: every fault is found by its audit, no other
 * audit cries, every right application is clean, and nothing but address and account is needed to
 * sign in and out of nearly all of them.
 *
 * By default one fixture of each kind is scanned; `npm run test:nightly` scans them all. The broken
 * and the right ones are two files, so that they are scanned beside each other.
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

/** Every fixture there is. */
export const catalogue: readonly Fixture[] = await readCatalogue();
const chosen = nightly ? catalogue : oneOfEachKind(catalogue);
/** Those to scan. */
export const broken: readonly Fixture[] = chosen.filter(({ fails }) => fails.length > 0);
export const right: readonly Fixture[] = chosen.filter(({ fails }) => fails.length === 0);

/** Defines the scan of each fixture. */
export function scanEach(title: string, fixtures: readonly Fixture[]): void {
  describe.concurrent(title, () => {
    let browser: Browser;
    let corpus: Corpus;

    beforeAll(async () => {
      [browser, corpus] = await Promise.all([launchChromium(), startFixtures(fixtures)]);
    }, patience);

    afterAll(async () => {
      await Promise.all([browser.close(), corpus.stop()]);
    });

    test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
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
}

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
