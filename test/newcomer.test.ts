/** What a newcomer does in a browser: signs in on two devices, signs out on one, looks around. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { newDevice } from "./support/sessions.ts";

let demo: Demo;
let browser: Browser;
beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

/** A device: a browser that shares nothing with the others. */
interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Every address that was asked for. */
  readonly addresses: string[];
}

let devices: Device[] = [];
async function openDevice(): Promise<Device> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  const device = { context, page, addresses };
  devices.push(device);
  return device;
}

let account: { readonly email: string; readonly password: string };
const turns = Object.values(accounts);
beforeEach(() => {
  // Another account for each test, so that no list of devices holds those of the test before.
  account = turns[turn++ % turns.length] ?? accounts.test;
});
let turn = 0;
afterEach(async () => {
  for (const { context, page } of devices) {
    await page.goto(`${demo.url}/account`);
    const everywhere = page.getByRole("button", { name: "Log out everywhere" });
    if ((await everywhere.count()) > 0) {
      await everywhere.click();
      await page.getByRole("heading", { name: "Logged out" }).waitFor();
    }
    await context.close();
  }
  devices = [];
});

async function signIn({ page }: Device, options: { remember?: boolean } = {}): Promise<void> {
  await page.goto(demo.url);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  if (options.remember === true) await page.getByLabel("Remember me").check();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${demo.url}/account`);
}

async function twoDevices(): Promise<[Device, Device]> {
  const [one, two] = [await openDevice(), await openDevice()];
  await signIn(one, { remember: true });
  await signIn(two);
  await one.page.reload();
  return [one, two];
}

const button = ({ page }: Device, name: string): ReturnType<Page["getByRole"]> =>
  page.getByRole("button", { name, exact: true });

/** Opens the account: whose e-mail address is shown, or null when it leads to the sign-in. */
async function accountOf({ page }: Device): Promise<string | null> {
  await page.goto(`${demo.url}/account`);
  if (new URL(page.url()).pathname === "/login") return null;
  return (await page.locator("main").getByText(account.email).count()) > 0 ? account.email : "?";
}

/** Waits until the open page of a session that has been ended elsewhere has left by itself. */
async function hasLeft({ page }: Device): Promise<void> {
  await page.waitForURL(`${demo.url}/logged-out`);
}

/** The cookies that open something; the demo has others that do not. */
async function credentialsOf({ context }: Device): Promise<{ name: string; value: string }[]> {
  const cookies = await context.cookies(demo.url);
  return cookies.filter(({ name }) => name.startsWith("es_"));
}

/** The cookies as somebody would copy them. */
async function copyOf(device: Device): Promise<{ header: string; values: string[] }> {
  const cookies = await credentialsOf(device);
  return {
    header: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
    values: cookies.map(({ value }) => value),
  };
}

async function opens(cookie: string): Promise<boolean> {
  return (await newDevice(demo).get("/me", { cookie })).status === 200;
}

describe("a newcomer with two devices", () => {
  test("LO-01 LO-06 LO-11 LO-12 RM-01: logs out on one, and a copy of its cookies is dead", async () => {
    const [one, two] = await twoDevices();
    const copy = await copyOf(one);
    expect(copy.values).toHaveLength(2);
    expect(await opens((await copyOf(two)).header)).toBe(true);

    await button(one, "Log out").click();
    await one.page.getByRole("heading", { name: "Logged out" }).waitFor();
    expect(await credentialsOf(one)).toEqual([]);
    for (const cookie of [copy.header, ...copy.header.split("; ")]) {
      expect(await opens(cookie)).toBe(false);
    }
    expect(await accountOf(one)).toBeNull();
    expect(await accountOf(two)).toBe(account.email);
    for (const address of one.addresses) {
      for (const value of [...copy.values, account.password]) expect(address).not.toContain(value);
    }
  });

  test("LA-03 LA-04: sees both devices, and ends the other one from the list", async () => {
    const [one, two] = await twoDevices();
    const list = one.page.getByRole("listitem");
    expect(await list.count()).toBe(2);
    expect(await list.filter({ hasText: "This device" }).count()).toBe(1);
    expect(await button(one, "End").count()).toBe(1);

    await button(one, "End").click();
    await one.page.getByText("That device has been logged out.").waitFor();
    expect(await list.count()).toBe(1);
    await hasLeft(two);
    expect(await accountOf(two)).toBeNull();
    expect(await accountOf(one)).toBe(account.email);
  });

  test("LA-02: logs out the other devices and stays, under a new cookie", async () => {
    const [one, two] = await twoDevices();
    const before = await copyOf(one);
    await button(one, "Log out other devices").click();
    await one.page.getByText("Every other device has been logged out.").waitFor();
    await hasLeft(two);
    expect(await accountOf(two)).toBeNull();
    expect(await accountOf(one)).toBe(account.email);
    const [session = ""] = before.header
      .split("; ")
      .filter((pair) => pair.startsWith("es_session"));
    expect(await opens(session)).toBe(false);
    expect((await copyOf(one)).header).not.toContain(session);
  });

  test("LA-01 RM-05: logs out everywhere, and nothing is left on any device", async () => {
    const [one, two] = await twoDevices();
    const copies = [await copyOf(one), await copyOf(two)];
    await button(one, "Log out everywhere").click();
    await one.page.getByRole("heading", { name: "Logged out" }).waitFor();
    for (const { header } of copies) {
      for (const cookie of header.split("; ")) expect(await opens(cookie)).toBe(false);
    }
    await hasLeft(two);
    expect([await accountOf(one), await accountOf(two)]).toEqual([null, null]);
  });

  test("CK-08 RM-02: comes back without the session cookie, and is remembered", async () => {
    const one = await openDevice();
    await signIn(one, { remember: true });
    await one.context.clearCookies({ name: "es_session" });
    expect(await accountOf(one)).toBe(account.email);
    const cookies = await credentialsOf(one);
    expect(cookies.map(({ name }) => name).toSorted()).toEqual(["es_remember", "es_session"]);
  });

  test("CA-02: goes back after the logout, and sees nothing private", async () => {
    const one = await openDevice();
    await signIn(one);
    await button(one, "Log out").click();
    await one.page.getByRole("heading", { name: "Logged out" }).waitFor();
    await one.page.evaluate("history.back()");
    await one.page.waitForURL(`${demo.url}/login`, { waitUntil: "commit", timeout: 5000 });
    expect(await one.page.getByText(`Signed in as ${account.email}`).count()).toBe(0);
  });

  test("LO-11: finds the way out on every page while signed in, and nowhere else", async () => {
    const one = await openDevice();
    await one.page.goto(`${demo.url}/login`);
    expect(await button(one, "Log out").count()).toBe(0);
    await signIn(one);
    for (const path of ["/account", "/reauthenticate", "/account?done=others_ended", "/nowhere"]) {
      await one.page.goto(demo.url + path);
      expect([path, await button(one, "Log out").isVisible()]).toEqual([path, true]);
    }
  });

  test("is told when email and password do not belong together", async () => {
    const one = await openDevice();
    await one.page.goto(demo.url);
    await one.page.getByLabel("Email").fill(account.email);
    await one.page.getByLabel("Password").fill("wrong");
    await button(one, "Sign in").click();
    await one.page.getByRole("alert").waitFor();
    expect(one.page.url()).not.toContain("wrong");
    expect(await credentialsOf(one)).toEqual([]);
  });
});
