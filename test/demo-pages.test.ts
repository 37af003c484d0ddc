/** The demo's plain pages in a real browser, with their one small script and without any. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";

const { email, password } = accounts.test;
let demo: Demo;
let browser: Browser;
let contexts: BrowserContext[] = [];
/** What the pages complained of, such as a violated policy. */
let complaints: string[] = [];

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});
afterEach(async () => {
  // As they are: a logout first would make their pages leave while the browser closes them.
  for (const context of contexts) await context.close();
  contexts = [];
  expect(complaints).toEqual([]);
  complaints = [];
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

/** A page of somebody who has just signed in, in a browser that shares nothing with the others. */
async function signedIn(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000);
  contexts.push(context);
  context.on("weberror", (error) => complaints.push(error.error().message));
  context.on("console", (message) => {
    // Answers that are no successes are logged by the browser itself.
    const isOwn = !message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && isOwn) complaints.push(message.text());
  });
  const page = await context.newPage();
  await page.goto(`${demo.url}/login`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await press(page, "Sign in");
  await page.waitForURL(`${demo.url}/account`);
  return page;
}

/** Another tab of the same browser, once its script has asked the server. */
async function tabBeside(page: Page, path = "/account"): Promise<Page> {
  const tab = await page.context().newPage();
  const asked = tab.waitForResponse((answer) => answer.url().includes("/session?"));
  await tab.goto(demo.url + path);
  await asked;
  return tab;
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();

test.each(["/account", "/reauthenticate", "/nothing"])(
  "CL-04 LA-09: %s in another tab leaves when its session is logged out",
  async (path) => {
    const page = await signedIn();
    const tab = await tabBeside(page, path);
    await press(page, "Log out");
    await tab.waitForURL(`${demo.url}/logged-out`);
    await page.waitForURL(`${demo.url}/logged-out`);
    expect(await tab.content()).not.toContain(email);
    await tab.goBack();
    expect(await tab.content()).not.toContain("Signed in as");
  },
);

test("LA-09: a page leaves when its session is ended on another device", async () => {
  const [there, here] = [await signedIn(), await signedIn()];
  await press(here, "Log out other devices");
  await there.waitForURL(`${demo.url}/logged-out`);
  await here.waitForURL(`${demo.url}/account?done=others_ended`);
  expect(await here.content()).toContain(email);
});

test("CA-02: a page that the user comes back to is checked", async () => {
  const [there, here] = [await signedIn(), await signedIn()];
  await there.goto("data:text/html,elsewhere");
  await press(here, "Log out other devices");
  await here.waitForURL(`${demo.url}/account?done=others_ended`);
  await there.goBack();
  await there.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await there.content()).not.toContain("Signed in as");
});

test("a page stays through forms that give its session a new id", async () => {
  const page = await signedIn();
  const tab = await tabBeside(page);
  for (const [from, to] of [
    [password, "another-password"],
    ["another-password", password],
  ] as const) {
    await page.getByLabel("Current password").first().fill(from);
    await page.getByLabel("New password").fill(to);
    await press(page, "Change password");
    await page.getByText("Your password is changed.").waitFor();
  }
  await tab.bringToFront();
  await press(tab, "Log out");
  await page.waitForURL(`${demo.url}/logged-out`);
});

test("CL-01: what the single page keeps goes when a plain page learns of the end", async () => {
  const page = await signedIn();
  await page.goto(`${demo.url}/app`);
  await page.getByLabel("Your note").fill("Call Ada about the invoice");
  await page.goto(`${demo.url}/account`);
  const tab = await tabBeside(page);
  await press(page, "Log out");
  await tab.waitForURL(`${demo.url}/logged-out`);
  expect(await tab.evaluate("JSON.stringify({ ...localStorage })")).not.toContain("Ada");
});

test("without any script, people sign in, see their devices, and log out", async () => {
  const page = await signedIn({ javaScriptEnabled: false });
  await page.getByText("This device", { exact: true }).waitFor();
  await press(page, "Log out");
  await page.waitForURL(`${demo.url}/logged-out`);
  await page.goto(`${demo.url}/account`);
  expect(page.url()).toBe(`${demo.url}/login`);
});
