/** Bearer mode in a real Chromium: access tokens in memory, refreshed by whichever tab needs one. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { password, type Site, startSite } from "../support/site.ts";

let browser: Browser;
let site: Site;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium();
  site = await startSite();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
  context.setDefaultTimeout(10_000);
});
afterEach(() => context.close());

async function open(query = "", at = site): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${at.url}/app${query}`);
  return page;
}

async function openPrivate(query: string, at = site): Promise<Page> {
  const page = await open(query, at);
  await expectPrivate(page);
  return page;
}

function expectPrivate(page: Page): Promise<void> {
  return page.getByText("the secret of ada").waitFor();
}

function expectPublic(page: Page): Promise<void> {
  return page.getByRole("heading", { name: "Public" }).waitFor();
}

describe("CL-07: bearer mode", () => {
  async function signInWithTokens(cookie: boolean, at = site): Promise<string> {
    const answer = await context.request.post(`${at.url}/token`, {
      headers: { origin: at.url, "sec-fetch-site": "same-origin" },
      data: { grant_type: "password", email: "ada", password, refresh_cookie: cookie },
    });
    expect(answer.status()).toBe(200);
    return ((await answer.json()) as { refresh_token?: string }).refresh_token ?? "";
  }

  test("shows no token to scripts, refreshes by itself, and a logout ends it", async () => {
    await signInWithTokens(true);
    const page = await openPrivate("?bearer");
    const reachable = await page.evaluate(() =>
      JSON.stringify([localStorage, sessionStorage, document.cookie]),
    );
    expect(reachable).not.toMatch(/es_r_|at\+jwt/u);
    const result = await page.evaluate(() => window.client.logout());
    expect(result.confirmed).toBe(true);
    await expectPublic(page);
    await expectPublic(await open("?bearer"));
  });

  test("moves a refresh token out of localStorage, once", async () => {
    const token = await signInWithTokens(false);
    const blank = await open();
    await blank.evaluate((value) => localStorage.setItem("old_refresh_token", value), token);
    const page = await openPrivate("?migrate");
    expect(await page.evaluate(() => localStorage.getItem("old_refresh_token"))).toBe(null);
    await page.reload();
    await expectPrivate(page);
  });

  test("two tabs refreshing at once, 100 rounds: nobody is signed out", async () => {
    // So short that every request needs a new token.
    const hasty = await startSite(":memory:", { accessTokenLifetime: 5 });
    try {
      await signInWithTokens(true, hasty);
      const [page, second] = [
        await openPrivate("?bearer", hasty),
        await openPrivate("?bearer", hasty),
      ];
      const rounds = (of: Page): Promise<void> =>
        of.evaluate(async () => {
          for (let round = 0; round < 100; round += 1) await window.load();
        });
      await Promise.all([rounds(page), rounds(second)]);
      for (const one of [page, second]) {
        expect(await one.evaluate(() => window.states)).toEqual(["signed-in"]);
      }
    } finally {
      await hasty.stop();
    }
  });
});
