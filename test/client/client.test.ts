/** The browser client in a real Chromium, its back/forward cache on, against a real server. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { password, type Site, startSite } from "../support/site.ts";

let browser: Browser;
let site: Site;
let other: Site;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium();
  const database = join(await mkdtemp(join(tmpdir(), "endsession-client-")), "sessions.db");
  [site, other] = [await startSite(database), await startSite(database)];
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  await other.stop();
});
beforeEach(async () => {
  site.fault = null;
  site.delay = null;
  site.hold = null;
  context = await browser.newContext();
  context.setDefaultTimeout(10_000);
});
afterEach(() => context.close());

/** Signs the browser in as a user, by an ordinary request. */
async function signIn(userId = "ada", of: BrowserContext = context, at = site): Promise<void> {
  const answer = await of.request.post(`${at.url}/login`, {
    headers: { origin: at.url, "sec-fetch-site": "same-origin" },
    data: { email: userId, password },
  });
  expect(answer.status()).toBe(200);
}

async function open(query = "", of: BrowserContext = context, at = site): Promise<Page> {
  const page = await of.newPage();
  await page.goto(`${at.url}/app${query}`);
  return page;
}

async function openPrivate(query = "", of: BrowserContext = context, at = site): Promise<Page> {
  const page = await open(query, of, at);
  await expectPrivate(page);
  return page;
}

async function expectPrivate(page: Page, userId = "ada"): Promise<void> {
  await page.getByText(`the secret of ${userId}`).waitFor();
}

/** Waits until the public view is there, and gives what state it tells of. */
async function publicView(page: Page): Promise<string | undefined> {
  await page.getByRole("heading", { name: "Public" }).waitFor();
  expect(await page.content()).not.toContain("the secret of");
  return page.evaluate(() => window.client.getState().status);
}

function statusOf(page: Page, status: string): Promise<unknown> {
  return page.waitForFunction((wanted) => window.client.getState().status === wanted, status);
}

function sessionId(page: Page): Promise<string | undefined> {
  return page.evaluate(() => window.client.getState().session?.id);
}

function logOut(page: Page): Promise<{ confirmed: boolean; message: string | null }> {
  return page.evaluate(() => window.client.logout());
}

/** Whether the browser's cookies open the API of the server. */
async function isSignedIn(): Promise<boolean> {
  const answer = await context.request.get(`${site.url}/api`);
  return answer.status() === 200;
}

async function fill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    localStorage.setItem("cart", "ada's");
    localStorage.setItem("user:name", "ada");
    localStorage.setItem("theme", "dark");
    sessionStorage.setItem("step", "2");
    await (await caches.open("user-api")).put("/x", new Response("ada's"));
    await (await caches.open("shell")).put("/y", new Response("everybody's"));
    await new Promise((resolve) => {
      const request = indexedDB.open("drafts");
      request.onsuccess = () => {
        request.result.close();
        resolve(null);
      };
    });
  });
}

async function stores(page: Page): Promise<Record<string, unknown>> {
  return page.evaluate(async () => ({
    local: Object.keys(localStorage).filter((key) => !key.startsWith("endsession:")),
    session: Object.keys(sessionStorage),
    caches: await caches.keys(),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    cookies: document.cookie,
  }));
}

const cleared = { local: ["theme"], session: [], caches: ["shell"], databases: [], cookies: "" };

describe("a logout", () => {
  test("CL-01: leaves nothing of the manifest, says so, and ends the session", async () => {
    await signIn();
    const page = await openPrivate();
    await fill(page);
    expect(await logOut(page)).toEqual({ confirmed: true, status: "signed-out", message: null });
    expect(await publicView(page)).toBe("signed-out");
    expect(await stores(page)).toEqual(cleared);
    expect(await page.evaluate(() => window.client.getState().leftovers)).toEqual([]);
    expect(await page.evaluate(() => window.states)).toEqual([
      "signed-in",
      "signing-out",
      "signed-out",
    ]);
    expect(await isSignedIn()).toBe(false);
  });

  test("reports what it could not clear", async () => {
    await signIn();
    const page = await openPrivate();
    await page.evaluate(() => {
      Storage.prototype.removeItem = () => undefined;
      localStorage.setItem("cart", "ada's");
    });
    await logOut(page);
    const left = await page.evaluate(() => window.client.getState().leftovers);
    expect(left).toEqual(["localStorage: cart"]);
  });

  test("CL-04: is seen in a second tab within a second, without a reload", async () => {
    await signIn();
    const [page, second] = [await openPrivate(), await openPrivate()];
    const before = await second.evaluate(() => window.nonce);
    await logOut(page);
    await publicView(second);
    await statusOf(second, "signed-out");
    expect(await second.evaluate(() => window.nonce)).toBe(before);
  });

  test("LA-09: is seen on another device on another instance", async () => {
    const elsewhere = await browser.newContext();
    await signIn();
    await signIn("ada", elsewhere, other);
    const [page, far] = [await openPrivate(), await openPrivate("", elsewhere, other)];
    const hello = page.evaluate(() => window.client.getState().session?.id);
    expect(await hello).not.toBe(undefined);
    await page.evaluate(() => window.client.logout({ scope: "all" }));
    expect(await publicView(far)).toBe("signed-out");
    expect(await far.locator("#reason").textContent()).toBe("revoked_elsewhere");
    await elsewhere.close();
  });

  test("follows a password changed elsewhere", async () => {
    await signIn();
    const page = await openPrivate();
    await fill(page);
    await other.endsession.sessions.securityEvent({ userId: "ada", type: "password_changed" });
    await publicView(page);
    expect(await page.locator("#reason").textContent()).toBe("credentials_changed");
    await expect.poll(() => stores(page)).toEqual({ ...cleared });
  });

  test("of the others leaves this device signed in", async () => {
    const elsewhere = await browser.newContext();
    await signIn();
    await signIn("ada", elsewhere);
    const [page, far] = [await openPrivate(), await openPrivate("", elsewhere)];
    const result = await page.evaluate(() => window.client.logout({ scope: "others" }));
    expect(result).toMatchObject({ confirmed: true, status: "signed-in" });
    await publicView(far);
    expect(await isSignedIn()).toBe(true);
    await elsewhere.close();
  });

  test("of another person's doing: who signs in next sees nothing of the one before", async () => {
    await signIn("ada");
    const page = await openPrivate();
    await fill(page);
    await signIn("bob");
    const status = await page.evaluate(() => window.client.check().then((now) => now.status));
    expect(status).toBe("signed-in");
    await page.getByText("loading").waitFor();
    expect(await stores(page)).toEqual(cleared);
    expect(await page.content()).not.toContain("ada");
  });

  test("clears at the next start what a session left that ended while no page was open", async () => {
    await signIn();
    const page = await openPrivate();
    await fill(page);
    await page.goto("about:blank");
    await site.endsession.sessions.endAll({ userId: "ada" });
    const next = await open();
    await publicView(next);
    await expect.poll(() => stores(next)).toEqual({ ...cleared });
  });

  test("of the others asks for a fresh proof, and goes on with it", async () => {
    let late = 0;
    const clock = { now: () => Date.now() + late, monotonic: () => performance.now() + late };
    const own = await startSite(":memory:", { clock });
    const elsewhere = await browser.newContext();
    await signIn("ada", context, own);
    await signIn("ada", elsewhere, own);
    const far = await openPrivate("", elsewhere, own);
    const refused = await openPrivate("?prove=wrong", context, own);
    late = 16 * 60_000;
    const others = (page: Page): Promise<unknown> =>
      page.evaluate(() => window.client.logout({ scope: "others" }));
    expect(await others(refused)).toMatchObject({ confirmed: false, status: "signed-in" });
    const page = await openPrivate(`?prove=${password}`, context, own);
    const before = await sessionId(page);
    expect(await others(page)).toMatchObject({ confirmed: true, status: "signed-in" });
    await publicView(far);
    expect(await sessionId(page)).not.toBe(before);
    await elsewhere.close();
    await own.stop();
  });

  test("CL-06: aborts what is under way, so that a late answer fills nothing", async () => {
    await signIn();
    const page = await openPrivate();
    let release = (): void => undefined;
    site.delay = new Promise((resolve) => {
      release = resolve;
    });
    const late = page.evaluate(() => window.load().then(String, String));
    await logOut(page);
    release();
    expect(await late).toMatch(/AbortError/u);
    await signIn("bob");
    site.delay = null;
    await page.evaluate(() => window.client.signedIn());
    await page.getByText("loading").waitFor();
    await page.evaluate(() => window.load());
    await expectPrivate(page, "bob");
    expect(await page.content()).not.toContain("ada");
  });
});

describe("CA-02 CA-03: the back button", () => {
  /** Leaves a page, which goes into the back/forward cache, and comes back to that very page. */
  async function leaveAndReturn(page: Page, meanwhile: () => Promise<unknown>): Promise<void> {
    const nonce = await page.evaluate(() => window.nonce);
    await page.goto(`${site.url}/login`);
    await meanwhile();
    await page.goBack({ waitUntil: "commit" });
    nonces.set(page, nonce);
  }
  const nonces = new Map<Page, number>();

  test("LA-09: says why, also when the refusal of a request has deleted the cookie", async () => {
    await signIn();
    const page = await openPrivate("?quiet");
    await site.endsession.sessions.endAll({ userId: "ada" });
    await page.evaluate(() => window.load()).catch(() => undefined);
    await publicView(page);
    expect(await page.evaluate(() => window.client.getState().reason)).toBe("revoked_elsewhere");
  });

  test("leads away from a page whose session has ended on another device", async () => {
    await signIn();
    const page = await openPrivate("?plain&to=/login");
    await leaveAndReturn(page, () => other.endsession.sessions.endAll({ userId: "ada" }));
    await page.getByText("Sign in here").waitFor();
  });

  test("shows nothing private after a logout in another tab", async () => {
    await signIn();
    const page = await openPrivate("?plain&to=/login");
    const second = await openPrivate();
    await leaveAndReturn(page, () => logOut(second));
    // The word from the other tab drops the kept page, and it is loaded anew; or it is led away.
    await page.getByText(/Sign in here|Public/u).waitFor();
    expect(await page.content()).not.toContain("the secret of");
  });

  test("hides the very page that is restored until the server has said that it may be seen", async () => {
    await signIn();
    const page = await openPrivate("?plain");
    let release = (): void => undefined;
    await leaveAndReturn(page, async () => {
      site.hold = new Promise((resolve) => {
        release = resolve;
      });
    });
    const visibility = () => page.evaluate(() => document.documentElement.style.visibility);
    await expect.poll(visibility).toBe("hidden");
    expect(await page.evaluate(() => window.nonce)).toBe(nonces.get(page));
    site.hold = null;
    release();
    await expect.poll(visibility).toBe("");
    await expectPrivate(page);
  });
});

test("CA-03: a tab that was frozen shows nothing private before it has asked", async () => {
  await signIn();
  const page = await openPrivate("?quiet");
  // The driver keeps every page awake: the events of a freeze are told in the browser's place.
  const tell = (name: string): Promise<boolean> =>
    page.evaluate((type) => document.dispatchEvent(new Event(type)), name);
  const visibility = (): Promise<string> =>
    page.evaluate(() => document.documentElement.style.visibility);
  await tell("freeze");
  expect(await visibility()).toBe("hidden");
  await other.endsession.sessions.endAll({ userId: "ada" });
  let release = (): void => undefined;
  site.hold = new Promise((resolve) => {
    release = resolve;
  });
  await tell("resume");
  expect(await visibility()).toBe("hidden");
  site.hold = null;
  release();
  await publicView(page);
});

describe("CL-02 CL-03: while the server does not confirm", () => {
  test.each([
    ["answers 503", (): void => void (site.fault = "503")],
    ["answers with a page", (): void => void (site.fault = "answers a page")],
  ])("%s: locked at once, told, and retried until confirmed", async (_, fail) => {
    await signIn();
    const page = await openPrivate();
    await fill(page);
    fail();
    const result = await logOut(page);
    expect(result.confirmed).toBe(false);
    expect(result.message).toMatch(/signed out on this device/u);
    expect(await publicView(page)).toBe("signed-out-locally");
    expect(await stores(page)).toEqual(cleared);
    expect(await isSignedIn()).toBe(true);
    site.fault = null;
    await statusOf(page, "signed-out");
    expect(await isSignedIn()).toBe(false);
  });

  test("hangs: the view is public at once, before any answer", async () => {
    await signIn();
    const page = await openPrivate();
    site.fault = "hangs";
    const result = logOut(page).catch(() => null);
    expect(await publicView(page)).toBe("signing-out");
    await page.close();
    await result;
  });

  test("unreachable: finished by the next start, when the cookie is gone too", async () => {
    await signIn();
    const page = await openPrivate();
    const cookies = await context.cookies();
    await site.disconnect();
    expect((await logOut(page)).confirmed).toBe(false);
    // The browser is closed and opened: session cookies go, local storage stays.
    const state = await context.storageState();
    await context.close();
    await site.reconnect();
    context = await browser.newContext({ storageState: { ...state, cookies: [] } });
    const again = await open();
    await publicView(again);
    await expect
      .poll(() => again.evaluate(() => localStorage.getItem("endsession:kept")))
      .toBe(null);
    await context.addCookies(cookies);
    expect(await isSignedIn()).toBe(false);
  });

  test("unreachable: a reload does not bring anything back", async () => {
    await signIn();
    const page = await openPrivate("?worker");
    await page.reload();
    await expectPrivate(page);
    await site.disconnect();
    await logOut(page);
    await page.reload();
    expect(await publicView(page)).toBe("signed-out-locally");
    expect(await page.evaluate(() => caches.has("user-api"))).toBe(false);
    await site.reconnect();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await statusOf(page, "signed-out");
    expect(await isSignedIn()).toBe(false);
  });

  test("never touches who has signed in since", async () => {
    await signIn("ada");
    const page = await openPrivate();
    const adas = await context.cookies();
    await site.disconnect();
    await logOut(page);
    await site.reconnect();
    await context.clearCookies();
    await signIn("bob");
    const bobs = await openPrivateOf("bob");
    await expect
      .poll(() => bobs.evaluate(() => localStorage.getItem("endsession:kept")))
      .toBe(null);
    expect(await bobs.evaluate(() => window.client.check().then(({ status }) => status))).toBe(
      "signed-in",
    );
    expect(await isSignedIn()).toBe(true);
    await context.clearCookies();
    await context.addCookies(adas);
    expect(await isSignedIn()).toBe(false);
  });

  async function openPrivateOf(userId: string): Promise<Page> {
    const page = await open();
    await expectPrivate(page, userId);
    return page;
  }
});

describe("TO-03 TO-07: the idle timer", () => {
  test("warns, and ends in every tab", async () => {
    await signIn();
    const query = "?idle=1500&warning=900";
    const [page, second] = [await openPrivate(query), await openPrivate(query)];
    await page.getByText("signed out soon").waitFor();
    await publicView(page);
    await publicView(second);
    await page.getByText("expired_idle").waitFor();
    await expect.poll(isSignedIn).toBe(false);
  });

  test("is moved by a person in any tab, and not by requests", async () => {
    await signIn();
    const query = "?idle=3000&warning=2000";
    const [page, second] = [await openPrivate(query), await openPrivate(query)];
    await page.getByText("signed out soon").waitFor();
    await page.evaluate(() => window.load());
    expect(await page.locator("#warning").textContent()).not.toBe("");
    await second.evaluate(() => window.client.stayActive());
    await page.waitForFunction(() => document.querySelector("#warning")?.textContent === "");
    expect(await page.evaluate(() => window.client.getState().status)).toBe("signed-in");
  });
});

describe("bad input", () => {
  test("CL-10: forged messages can only make it look", async () => {
    await signIn();
    const page = await openPrivate();
    await page.evaluate(() => {
      const channel = new BroadcastChannel("endsession");
      for (const word of ["signed-in", { status: "signed-in" }, null, 7, "look"]) {
        channel.postMessage(word);
      }
    });
    await page.evaluate(() => window.client.check());
    expect(await page.evaluate(() => window.client.getState().status)).toBe("signed-in");
    await logOut(page);
    await page.evaluate(() => {
      new BroadcastChannel("endsession").postMessage("look");
      localStorage.setItem("endsession:over", "{broken");
    });
    await page.evaluate(() => window.client.check());
    expect(await page.evaluate(() => window.client.getState().status)).toBe("signed-out");
  });

  test("ends locally with a storage that is blocked", async () => {
    await signIn();
    const page = await context.newPage();
    await page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("blocked", "SecurityError");
          },
        });
      }
    });
    await page.goto(`${site.url}/app`);
    await expectPrivate(page);
    const second = await context.newPage();
    await second.goto(`${site.url}/app`);
    await expectPrivate(second);
    expect((await logOut(page)).confirmed).toBe(true);
    expect(await publicView(page)).toBe("signed-out");
    await publicView(second);
    expect(await isSignedIn()).toBe(false);
  });
});
