/** The demo's single-page side in a real browser, against the real demo. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "endsession/sqlite";
import { launchChromium } from "./support/chromium.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";

let demo: Demo;
let browser: Browser;
beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

/** Another account for each test, so that no list of devices holds those of the test before. */
let account: { readonly email: string; readonly password: string };
const turns = Object.values(accounts);
let turn = 0;
let contexts: BrowserContext[] = [];
/** What the pages complained of, such as a violated policy. */
let complaints: string[];
beforeEach(() => {
  account = turns[turn++ % turns.length] ?? accounts.test;
  complaints = [];
});
afterEach(async () => {
  for (const context of contexts) {
    await context.setOffline(false);
    await context.request.post(`${demo.url}/logout`, { headers: sameSite(), data: {} });
    await context.close();
  }
  contexts = [];
  expect(complaints).toEqual([]);
});

const sameSite = (): Record<string, string> => ({ origin: demo.url });
const note = "Call Ada about the invoice";

/** Opens the page in a browser that shares nothing with the others. */
async function open(path = "/app"): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  contexts.push(context);
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Answers that are no successes are logged by the browser itself.
    const isOwn = !message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && isOwn) complaints.push(message.text());
  });
  await page.goto(demo.url + path);
  return page;
}

async function signIn(page: Page): Promise<Page> {
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await button(page, "Sign in").click();
  await heading(page, "Account").waitFor();
  return page;
}

const openSignedIn = async (path?: string): Promise<Page> => signIn(await open(path));
const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole("button", { name, exact: true });
const heading = (page: Page, name: string): Locator =>
  page.getByRole("heading", { name, exact: true });
const row = (page: Page, text: string): Locator =>
  page.getByRole("listitem").filter({ has: page.getByText(text, { exact: true }) });
const cookieOf = async (page: Page): Promise<string> =>
  (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");

/** Whether a copy of a cookie is still good for anything. */
async function opens(cookie: string): Promise<boolean> {
  const answer = await fetch(`${demo.url}/me`, { headers: { cookie } });
  return answer.status === 200;
}

/** Writes a note, so that there is something to clear. */
async function writeNote(page: Page): Promise<void> {
  await page.getByLabel("Your note").fill(note);
  expect(await stored(page)).toContain(note);
}

/** What the browser keeps, but for the client's own notes. */
const stored = (page: Page): Promise<string> =>
  page.evaluate<string>(
    "JSON.stringify([{ ...localStorage }, { ...sessionStorage }], " +
      "(key, value) => (key.startsWith('endsession:') ? undefined : value))",
  );

/** Nothing of the account is in the document, in a field, or in the storage. */
async function expectNothingPrivate(page: Page): Promise<void> {
  const content = await page.content();
  const isForm = await page.getByLabel("Email").isVisible();
  // The form lists the demo's accounts, for everybody.
  if (!isForm) expect(content).not.toContain("@example.com");
  for (const secret of [note, "Chrome on", "Last seen"]) {
    expect(content).not.toContain(secret);
  }
  expect(await page.locator("textarea, dialog").count()).toBe(0);
  expect(await stored(page)).toBe("[{},{}]");
}

describe("the page", () => {
  test("runs its own script under a strict policy, and is never kept", async () => {
    const page = await fetch(`${demo.url}/app/anything`);
    const text = await page.text();
    expect(page.headers.get("cache-control")).toBe("no-store");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /u);
    expect(policy).not.toContain("unsafe");
    expect(text).not.toMatch(/<style|style=|<script>| on[a-z]+=/u);
    const assets = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+\?v=[^"]+)"/gu)];
    expect(assets).toHaveLength(3);
    for (const [, href = ""] of assets) {
      const [lasting, other] = await Promise.all([
        fetch(demo.url + href),
        fetch(`${demo.url}${href}0`),
      ]);
      expect(lasting.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(other.headers.get("cache-control")).toBe("no-cache");
    }
  });

  test("and the plain pages lead to each other, with and without a script", async () => {
    const page = await openSignedIn();
    await page.getByRole("link", { name: "Plain pages" }).click();
    await page.waitForURL(`${demo.url}/account`);
    await page.getByRole("link", { name: "The same as a single page" }).click();
    await heading(page, "Account").waitFor();

    const context = await browser.newContext({ javaScriptEnabled: false });
    contexts.push(context);
    const plain = await context.newPage();
    await plain.goto(`${demo.url}/app`);
    await plain.getByRole("link", { name: "Plain pages" }).click();
    await plain.waitForURL(`${demo.url}/login`);
  });

  test("signs in without being left, says what was wrong, and knows a reload", async () => {
    const page = await open();
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password").fill("wrong");
    await button(page, "Sign in").click();
    await page.getByText("do not belong to an account").waitFor();
    await signIn(page);
    await page.getByRole("main").getByText(account.email).waitFor();
    await page.reload();
    await page.getByRole("main").getByText(account.email).waitFor();
  });
});

describe("the devices", () => {
  test("LA-09: one goes dark when it logs out, and another page goes when it is ended", async () => {
    const [there, here] = [await openSignedIn(), await openSignedIn()];
    await row(here, "End").waitFor();
    await button(there, "Log out").click();
    await row(here, "Logged out").waitFor();
    expect(await row(here, "End").count()).toBe(0);

    await button(there, "Sign in again").click();
    await signIn(there);
    await writeNote(there);
    // Whoever looks at the page again sees who has signed in meanwhile.
    await here.evaluate("void dispatchEvent(new Event('focus'))");
    await button(row(here, "End"), "End").click();
    await there.getByText("You were logged out from another device.").waitFor();
    await expectNothingPrivate(there);
    await there.getByText("Cleared the draft note in this browser").waitFor();
  });

  test("LA-05: the others end after a fresh proof, when the last one is old", async () => {
    const [here, there] = [await openSignedIn(), await openSignedIn()];
    const cookie = await cookieOf(there);
    await makeProofsOld();
    await button(here, "Log out other devices").click();
    const dialog = here.getByRole("dialog", { name: "Confirm it is you" });
    await dialog.getByLabel("Password").fill("wrong");
    await button(dialog, "Confirm").click();
    await dialog.getByText("That password is not right.").waitFor();
    expect(await opens(cookie)).toBe(true);
    await dialog.getByLabel("Password").fill(account.password);
    await button(dialog, "Confirm").click();
    await here.getByText("Every other device has been logged out.").waitFor();
    expect(await opens(cookie)).toBe(false);
    await there.getByText("You were logged out from another device.").waitFor();
    await expectNothingPrivate(there);
  });

  test("LA-05: without the proof nothing is ended", async () => {
    const [there, here] = [await openSignedIn(), await openSignedIn()];
    await makeProofsOld();
    await button(row(here, "End"), "End").click();
    await here.getByRole("dialog", { name: "Confirm it is you" }).waitFor();
    await here.keyboard.press("Escape");
    await here.getByRole("alert").getByText("fresh proof").waitFor();
    expect(await opens(await cookieOf(there))).toBe(true);
  });
});

describe("logging out", () => {
  const ways: readonly (readonly [string, string | null])[] = [
    ["Log out", null],
    ["Log out this device", "Log out"],
    ["Log out everywhere", "Log out everywhere"],
  ];
  test.each(ways)("LO-01 CL-01: by “%s” leaves nothing private", async (name, answer) => {
    const page = await openSignedIn();
    await writeNote(page);
    const cookie = await cookieOf(page);
    expect(await opens(cookie)).toBe(true);
    await button(page, name).click();
    if (answer !== null) await button(page.getByRole("dialog"), answer).click();
    await heading(page, "Logged out").waitFor();
    expect(await opens(cookie)).toBe(false);
    await expectNothingPrivate(page);
    await page.getByText("Looked for what is left over: nothing.").waitFor();
  });

  test("is busy, with nothing private left, until the server has answered", async () => {
    const page = await openSignedIn();
    await writeNote(page);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/logout", async (route) => {
      await held;
      await route.continue();
    });
    await button(page, "Log out").click();
    const busy = button(page, "Logging out…");
    expect(await busy.getAttribute("aria-busy")).toBe("true");
    await expectNothingPrivate(page);
    release();
    await heading(page, "Logged out").waitFor();
  });

  test("CL-02: works without the server, says so, and is confirmed later", async () => {
    const page = await openSignedIn();
    await writeNote(page);
    const cookie = await cookieOf(page);
    await page.context().setOffline(true);
    await button(page, "Log out").click();
    await heading(page, "Signed out on this device").waitFor();
    await page.getByText("The server has not confirmed it yet").waitFor();
    await expectNothingPrivate(page);
    expect(await opens(cookie)).toBe(true);
    await page.context().setOffline(false);
    await heading(page, "Logged out").waitFor();
    expect(await opens(cookie)).toBe(false);
  });

  test("is asked about, and Escape is a no that gives the focus back", async () => {
    const page = await openSignedIn();
    await button(page, "Log out everywhere").press("Enter");
    await page.getByRole("dialog", { name: "Log out everywhere?" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog[open]").count()).toBe(0);
    expect(await focused(page)).toBe("Log out everywhere");
    expect(await opens(await cookieOf(page))).toBe(true);
  });
});

test("TO-05: warns before the idle end; staying counts, and silence ends the session", async () => {
  const page = await open("/app?idle=60");
  await page.clock.install();
  await page.reload();
  await signIn(page);
  const cookie = await cookieOf(page);
  const warning = page.getByRole("dialog", { name: "Are you still there?" });
  await page.clock.fastForward(31_000);
  await button(warning, "Stay signed in").click();
  await warning.waitFor({ state: "hidden" });
  await page.clock.fastForward(31_000);
  await warning.waitFor();
  expect(await opens(cookie)).toBe(true);
  await page.clock.fastForward(31_000);
  await page.getByText("You were logged out for lack of activity.").waitFor();
  await expectNothingPrivate(page);
  expect(await opens(cookie)).toBe(false);
});

test("can be used by keyboard alone", async () => {
  const page = await open();
  await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("email");
  await page.keyboard.type(account.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(account.password);
  await page.keyboard.press("Enter");
  await heading(page, "Account").waitFor();
  await tabTo(page, "Log out this device");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Log out?" }).waitFor();
  expect(await focused(page)).toBe("Cancel");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await heading(page, "Logged out").waitFor();
  expect(await page.evaluate("document.activeElement.id")).toBe("main");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Sign in again");
});

const focused = (page: Page): Promise<string> =>
  page.evaluate<string>("document.activeElement.textContent");

async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 20; steps += 1) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === name) return;
  }
  throw new Error(`There is no way to “${name}”.`);
}

/** As if everybody had signed in twenty minutes earlier. */
async function makeProofsOld(): Promise<void> {
  const database = await openDatabase(demo.database);
  database.exec(`UPDATE sessions SET authenticated_at = authenticated_at - ${20 * 60_000}`);
  database.close();
}
