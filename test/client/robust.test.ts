/** The browser client against what goes wrong: other software, other tabs, clocks and storages. */
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
  site.fault = null;
  site.hold = null;
  context = await browser.newContext();
  context.setDefaultTimeout(10_000);
});
afterEach(() => context.close());

async function signIn(userId = "ada"): Promise<void> {
  const answer = await context.request.post(`${site.url}/login`, {
    headers: { origin: site.url, "sec-fetch-site": "same-origin" },
    data: { email: userId, password },
  });
  expect(answer.status()).toBe(200);
}

async function open(query = ""): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site.url}/app${query}`);
  return page;
}

/** Signs in, and opens a page that shows what is private. */
async function openPrivate(query = "", userId = "ada"): Promise<Page> {
  await signIn(userId);
  const page = await open(query);
  await page.getByText(`the secret of ${userId}`).waitFor();
  return page;
}

function statusOf(page: Page): Promise<string> {
  return page.evaluate(() => window.client.getState().status);
}

function logOut(page: Page): Promise<{ confirmed: boolean; message: string | null }> {
  return page.evaluate(() => window.client.logout());
}

async function isSignedIn(): Promise<boolean> {
  return (await context.request.get(`${site.url}/api`)).status() === 200;
}

describe("the line to the other tabs", () => {
  test("a logout after stop() ends the session", async () => {
    const page = await openPrivate();
    const result = await page.evaluate(() => {
      window.client.stop();
      return window.client.logout();
    });
    expect(result.confirmed).toBe(true);
    expect(await isSignedIn()).toBe(false);
  });

  test("carries no word that nobody knows", async () => {
    const page = await openPrivate();
    await page.evaluate(() => new BroadcastChannel("endsession").postMessage("active"));
    await page.evaluate(() => window.client.check());
    expect(await statusOf(page)).toBe("signed-in");
  });
});

test("CL-01: a database that is in use keeps no other waiting", async () => {
  const page = await openPrivate();
  const left = await page.evaluate(async () => {
    for (const name of ["used", "unused"]) {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
      });
      if (name === "unused") database.close();
    }
    const client = window.createClient({ manifest: { indexedDB: ["used", "unused"] } });
    await client.start();
    await client.logout();
    return client.getState().leftovers;
  });
  expect(left).toEqual(["IndexedDB: used"]);
});

describe("TO-05: the idle timer", () => {
  test("a click after a sleep brings nothing back", async () => {
    const page = await openPrivate("?idle=60000");
    await page.evaluate(() => {
      const { now } = Date;
      Date.now = () => now() + 3_600_000;
      dispatchEvent(new PointerEvent("pointerdown"));
    });
    await page.getByText("expired_idle").waitFor();
  });

  test.each([
    [
      "the clock was set back",
      () =>
        void (Date.now = (
          (now) => () =>
            now() - 3_600_000
        )(Date.now)),
    ],
    ["the note is gone", () => localStorage.removeItem("endsession:active")],
    ["the note is no time", () => localStorage.setItem("endsession:active", '"x"')],
  ])("ends although %s", async (_, meddle) => {
    const page = await openPrivate("?idle=1500&warning=500");
    await page.evaluate(meddle);
    await page.getByText("expired_idle").waitFor({ timeout: 5000 });
  });
});

test.each([401, 403, 404, 408, 429])(
  "CL-02: a proxy's page with %i confirms and refuses nothing",
  async (status) => {
    const page = await openPrivate();
    const answer = { status, contentType: "text/html", body: "<p>Wait" };
    await context.route("**/logout", (route) => route.fulfill(answer), { times: 1 });
    expect((await logOut(page)).confirmed).toBe(false);
    expect(await statusOf(page)).toBe("signed-out-locally");
    await expect.poll(isSignedIn, { timeout: 5000 }).toBe(false);
    await expect.poll(() => statusOf(page)).toBe("signed-out");
  },
);

test.each(["7", "[null]", '{"a":1}', '"x"'])(
  "CL-10: a logout gets past the note %s",
  async (note) => {
    const page = await openPrivate();
    await page.evaluate((text) => {
      for (const name of ["kept", "ticket", "over"])
        localStorage.setItem(`endsession:${name}`, text);
      localStorage.setItem("cart", "ada's");
    }, note);
    expect((await logOut(page)).confirmed).toBe(true);
    expect(await page.evaluate(() => localStorage.getItem("cart"))).toBe(null);
    expect(await isSignedIn()).toBe(false);
  },
);

describe("CL-03: what is to be finished is kept", () => {
  /** Fills the storage with what belongs to the user before the client starts. */
  const fillStorage = (): void => {
    if (sessionStorage.getItem("filled") !== null) return;
    sessionStorage.setItem("filled", "yes");
    let text = "x".repeat(1 << 20);
    for (let number = 0; text.length > 0; number += 1) {
      try {
        localStorage.setItem(`user:${number}`, text);
      } catch {
        text = text.slice(0, text.length >> 1);
      }
    }
  };

  test("in a storage that was full, so that a reload brings nothing back", async () => {
    await signIn();
    const page = await context.newPage();
    await page.addInitScript(fillStorage);
    await page.goto(`${site.url}/app?quiet`);
    await page.getByText("the secret of ada").waitFor();
    site.fault = "503";
    await logOut(page);
    await page.evaluate(() => sessionStorage.setItem("filled", "yes"));
    await page.reload();
    await expect.poll(() => statusOf(page)).toBe("signed-out-locally");
    site.fault = null;
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect.poll(isSignedIn).toBe(false);
  });

  test("by an application that clears the storage itself", async () => {
    const page = await openPrivate();
    site.fault = "503";
    await page.evaluate(async () => {
      const client = window.createClient({
        manifest: { callbacks: [() => localStorage.clear()] },
      });
      await client.start();
      await client.logout();
    });
    await page.reload();
    await expect.poll(() => statusOf(page)).toBe("signed-out-locally");
    site.fault = null;
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect.poll(isSignedIn).toBe(false);
  });

  test("and where nothing can be written, the other tabs follow all the same", async () => {
    const page = await openPrivate("?quiet");
    await logOut(page);
    await signIn();
    await page.evaluate(() => window.client.signedIn());
    const second = await open("?quiet");
    await second.getByText("the secret of ada").waitFor();
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    site.fault = "503";
    await logOut(page);
    await second.getByRole("heading", { name: "Public" }).waitFor();
  });
});

describe("a logout ends whatever this browser is signed in with", () => {
  test("with a ticket that the server does not know", async () => {
    const page = await openPrivate();
    await page.evaluate(() => {
      const forged = { url: "", sessionId: "x", ticket: "forged" };
      localStorage.setItem("endsession:ticket", JSON.stringify(forged));
    });
    expect((await logOut(page)).confirmed).toBe(true);
    expect(await isSignedIn()).toBe(false);
  });

  test("with the ticket of a session that was over before", async () => {
    const adas = await openPrivate();
    const ticket = await adas.evaluate(() => localStorage.getItem("endsession:ticket") ?? "");
    await adas.close();
    await site.endsession.sessions.endAll({ userId: "ada" });
    const page = await openPrivate("", "bob");
    await page.evaluate((text) => localStorage.setItem("endsession:ticket", text), ticket);
    expect((await logOut(page)).confirmed).toBe(true);
    expect(await isSignedIn()).toBe(false);
  });

  test("where ending all devices is refused", async () => {
    const page = await openPrivate();
    const answer = { status: 403, contentType: "application/problem+json", body: "{}" };
    await context.route("**/logout", (route) => route.fulfill(answer), { times: 1 });
    const result = await page.evaluate(() => window.client.logout({ scope: "all" }));
    expect(result).toMatchObject({ confirmed: false, status: "signed-out" });
    expect(result.message).toMatch(/other devices/iu);
    expect(await isSignedIn()).toBe(false);
  });
});

describe("an end for which no ticket was at hand", () => {
  test("leaves alone who has signed in since, although the server fails them once", async () => {
    const page = await openPrivate();
    await logOut(page);
    await logOut(page);
    await page.close();
    await signIn("bob");
    await context.route("**/session?*", (route) => route.fulfill({ status: 503 }), { times: 1 });
    const bobs = await open();
    // The first retry would come after two seconds.
    await bobs.waitForTimeout(3000);
    expect(await isSignedIn()).toBe(true);
  });

  test.each([600_000, -600_000])("with a clock that is %i ms off", async (off) => {
    await context.addInitScript((by) => {
      const { now } = Date;
      Date.now = () => now() + by;
    }, off);
    const page = await openPrivate();
    await logOut(page);
    await logOut(page);
    await signIn("bob");
    const { status } = await page.evaluate(() => window.client.signedIn());
    expect(status).toBe("signed-in");
    await page.close();
    site.fault = "503";
    let release = (): void => undefined;
    site.hold = new Promise((resolve) => {
      release = resolve;
    });
    const again = await context.newPage();
    await again.addInitScript(() => localStorage.removeItem("endsession:ticket"));
    await again.goto(`${site.url}/app`);
    await logOut(again);
    release();
    await expect.poll(() => statusOf(again)).toBe("signed-out-locally");
    expect(await again.evaluate(() => window.states)).not.toContain("signed-in");
  });

  test("is not retried on who has signed in since in another tab", async () => {
    await signIn();
    const down = /session\?|logout$/u;
    await context.route(down, (route) => route.abort());
    const page = await open();
    await logOut(page);
    await context.unroute(down);
    await page.waitForTimeout(1100);
    await signIn("bob");
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect.poll(() => statusOf(page)).toBe("signed-out");
    expect(await isSignedIn()).toBe(true);
  });
});

describe("nothing of a user is left", () => {
  const fill = (page: Page): Promise<void> =>
    page.evaluate(() => localStorage.setItem("cart", "ada's"));
  const cart = (page: Page) => (): Promise<string | null> =>
    page.evaluate(() => localStorage.getItem("cart"));

  test("to who signs in over them in another tab", async () => {
    const page = await openPrivate();
    await fill(page);
    const bobs = await openPrivate("", "bob");
    await expect.poll(cart(bobs)).toBe(null);
    await expect.poll(() => page.content()).not.toContain("the secret of ada");
    expect(await page.evaluate(() => window.client.getState().session?.userId)).toBe("bob");
  });

  test("to who signs in over them once their page is closed", async () => {
    const page = await openPrivate();
    await fill(page);
    await page.close();
    const bobs = await openPrivate("", "bob");
    expect(await cart(bobs)()).toBe(null);
  });

  test("where the session ended while no page was open", async () => {
    const page = await openPrivate();
    await fill(page);
    await page.close();
    await site.endsession.sessions.securityEvent({ userId: "ada", type: "password_changed" });
    const again = await open();
    await expect.poll(cart(again)).toBe(null);
  });
});

test.each(["stays", "logs out"])("CL-06: who signs in while a logout hangs %s", async (what) => {
  const page = await openPrivate();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const fail = async (route: { fulfill(answer: { status: number }): Promise<void> }) => {
    await held;
    await route.fulfill({ status: 503 });
  };
  await context.route("**/logout", fail, { times: 1 });
  const late = logOut(page);
  await page.getByRole("heading", { name: "Public" }).waitFor();
  await signIn("bob");
  expect((await page.evaluate(() => window.client.signedIn())).status).toBe("signed-in");
  if (what === "logs out") expect((await logOut(page)).confirmed).toBe(true);
  release();
  await late;
  expect(await statusOf(page)).toBe(what === "stays" ? "signed-in" : "signed-out");
  expect(await isSignedIn()).toBe(what === "stays");
});

test("a router that fails makes no logout fail", async () => {
  const page = await openPrivate();
  const { confirmed } = await page.evaluate(async () => {
    const navigate = (): void => {
      throw new Error("the router's own");
    };
    const client = window.createClient({ navigate, redirectTo: "/login" });
    await client.start();
    return client.logout();
  });
  expect(confirmed).toBe(true);
});

test("endOnClose spares who has signed in on a page without the client", async () => {
  const first = await open("?close");
  await expect.poll(() => statusOf(first)).toBe("signed-out");
  await first.evaluate(() => localStorage.setItem("endsession:open", "1000"));
  await first.close();
  await signIn();
  const page = await open("?close");
  await page.getByText("the secret of ada").waitFor();
});

test("follows other devices after stop() and start()", async () => {
  const page = await openPrivate();
  await page.evaluate(() => {
    window.client.stop();
    return window.client.start();
  });
  await page.waitForTimeout(300);
  await site.endsession.sessions.endAll({ userId: "ada" });
  await page.getByRole("heading", { name: "Public" }).waitFor();
});

test("CL-02: a page in the place of an answer ends no other device", async () => {
  const page = await openPrivate();
  const answer = { status: 200, contentType: "text/html", body: "<p>Welcome" };
  await context.route(/logout\/all|sessions\/x/u, (route) => route.fulfill(answer));
  const others = await page.evaluate(() => window.client.logout({ scope: "others" }));
  expect(others.confirmed).toBe(false);
  await expect(page.evaluate(() => window.client.endDevice("x"))).rejects.toThrow();
});

test("CA-03: a page that is restored stays hidden while the server cannot be asked", async () => {
  const page = await openPrivate("?plain");
  const nonce = await page.evaluate(() => window.nonce);
  await page.goto(`${site.url}/login`);
  await site.endsession.sessions.endAll({ userId: "ada" });
  await site.disconnect();
  await page.goBack({ waitUntil: "commit" });
  await page.waitForTimeout(1000);
  expect(await page.evaluate(() => window.nonce)).toBe(nonce);
  expect(await page.evaluate(() => document.documentElement.style.visibility)).toBe("hidden");
  await site.reconnect();
  await page.getByRole("heading", { name: "Public" }).waitFor();
});

test("CL-03: a remember-me cookie brings nothing back before the end is confirmed", async () => {
  await context.route("**/favicon.ico", (route) => route.abort());
  const answer = await context.request.post(`${site.url}/login`, {
    headers: { origin: site.url, "sec-fetch-site": "same-origin" },
    data: { email: "ada", password, remember_me: true },
  });
  expect(answer.status()).toBe(200);
  const page = await open();
  await page.getByText("the secret of ada").waitFor();
  site.fault = "503";
  await logOut(page);
  await page.close();
  await context.clearCookies({ name: /es_session/u });
  const again = await open();
  await expect.poll(() => statusOf(again)).toBe("signed-out-locally");
  expect(await again.evaluate(() => window.states)).not.toContain("signed-in");
  site.fault = null;
  await again.evaluate(() => dispatchEvent(new Event("online")));
  await expect.poll(() => statusOf(again)).toBe("signed-out");
  expect(await isSignedIn()).toBe(false);
});

test("CL-02: the end of this session does not hide that the others may live on", async () => {
  const page = await openPrivate();
  site.fault = "503";
  await page.evaluate(() => window.client.logout({ scope: "all" }));
  site.fault = null;
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect.poll(() => statusOf(page)).toBe("signed-out");
  expect(await page.evaluate(() => window.client.getState().message)).toMatch(/other devices/iu);
});
