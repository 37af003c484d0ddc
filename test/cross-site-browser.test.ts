/** Pages on other sites, in a real browser, try to sign a person out; then their own page does. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { type Proxy, startProxy } from "./support/proxy.ts";
import { cookieNames, newDevice, signIn } from "./support/sessions.ts";

let demo: Demo;
let proxy: Proxy;
let attacker: Server;
let attackerPort: number;
let browser: Browser;
let context: BrowserContext;
let site: string;

beforeAll(async () => {
  demo = await startDemo();
  proxy = await startProxy(demo);
  attacker = createServer((req, res) => {
    res.setHeader("content-type", "text/html").end(attackPage(req.url ?? "/"));
  }).listen(0, "127.0.0.1");
  await once(attacker, "listening");
  attackerPort = (attacker.address() as AddressInfo).port;
  site = `http://app.localhost:${proxy.port}`;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  attacker.close();
  attacker.closeAllConnections();
  await proxy.close();
  await demo.stop();
});

beforeEach(async () => {
  context = await browser.newContext();
  const { jar } = await signIn(demo, accounts.test);
  const value = jar.get(cookieNames.session) ?? "";
  const name = cookieNames.session;
  await context.addCookies([{ name, value, url: site, httpOnly: true, sameSite: "Lax" }]);
});
afterEach(() => context.close());

async function cookieHeader(): Promise<string> {
  const cookies = await context.cookies(site);
  // The demo has other cookies, which open nothing.
  const credentials = cookies.filter(({ name }) => name.startsWith("es_"));
  return credentials.map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** Whether the browser's cookie opens the account, asked without the browser. */
async function isSignedIn(): Promise<boolean> {
  const cookie = await cookieHeader();
  return (await newDevice(demo).get("/me", { cookie })).status === 200;
}

/** What a page may do without asking anybody: as it stands in the page, or as its script. */
const attacks: Readonly<Record<string, (url: string) => string>> = {
  "a form": (url) => form(url, "application/x-www-form-urlencoded"),
  "a text/plain form": (url) => form(url, "text/plain"),
  "a multipart form": (url) => form(url, "multipart/form-data"),
  "a form in a frame": (url) =>
    `<iframe name="hidden"></iframe>${form(url, "application/x-www-form-urlencoded", "hidden")}`,
  "an image": (url) => `<img src="${url}">`,
  "a prefetch": (url) => `<link rel="prefetch" href="${url}">`,
  "a script": (url) => `<script src="${url}"></script>`,
  "a frame": (url) => `<iframe src="${url}"></iframe>`,
  "a fetch without CORS": (url) =>
    `<script>fetch("${url}", { method: "POST", mode: "no-cors", credentials: "include" })</script>`,
  "a beacon": (url) => `<script>navigator.sendBeacon("${url}")</script>`,
  "a link that is followed": (url) => `<script>location.href = "${url}"</script>`,
};

function form(url: string, enctype: string, target = "_self"): string {
  return (
    `<form method="post" action="${url}" enctype="${enctype}" target="${target}">` +
    '<input type="hidden" name="next" value="/logged-out"></form>' +
    "<script>document.forms[0].submit()</script>"
  );
}

/** The page that the attacker serves at an address. */
function attackPage(address: string): string {
  const { searchParams } = new URL(address, "http://evil.localhost");
  const write = attacks[searchParams.get("attack") ?? ""] ?? (() => "");
  const body = write(searchParams.get("url") ?? "");
  return `<!doctype html><title>Win a prize</title><body>${body}</body>`;
}

describe("an attack from another page", () => {
  /** Another site, and two that a browser counts to the same site and so sends the cookie from. */
  const hosts = ["evil.localhost", "evil.app.localhost", "app.localhost"] as const;
  const cases = hosts
    .flatMap((host) => Object.keys(attacks).map((name) => [name, host] as const))
    // The number of attacks is odd, so each meets both routes, from one host or another.
    .map(
      ([name, host], index) => [name, host, index % 2 === 0 ? "/logout" : "/logout/all"] as const,
    );

  test.each(cases)(
    "CS-01 CS-02 CS-05 LO-02: %s on %s to %s ends nothing",
    async (name, host, path) => {
      const page = await context.newPage();
      const answered = proxy.next(path);
      const query = new URLSearchParams({ attack: name, url: site + path }).toString();
      // The attack may lead away from the page before it has loaded, so only the answer is awaited.
      void page.goto(`http://${host}:${attackerPort}/?${query}`).catch(() => null);
      const seen = await answered;
      expect(seen.site).toBe(host === "evil.localhost" ? "cross-site" : "same-site");
      // Refused for where it comes from, for its method, or for its content type.
      expect([403, 405, 415]).toContain(seen.status);
      // From the same site the cookie went along: what saved the session is the server.
      if (host !== "evil.localhost") expect(seen.hasCookie).toBe(true);
      expect(await isSignedIn()).toBe(true);
    },
  );
});

describe("the site's own page", () => {
  let page: Page;
  beforeEach(async () => {
    page = await context.newPage();
  });

  test("CS-01: its button ends the session, with the very headers that a browser sends", async () => {
    await page.goto(`${site}/account`);
    const answered = proxy.next("/logout");
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    expect(await answered).toMatchObject({ status: 303, site: "same-origin", hasCookie: true });
    await page.waitForURL(`${site}/logged-out`);
    expect(await cookieHeader()).toBe("");
  });

  test.each(["/logout", "/logout/all"])(
    "CS-01: the attacker's form to %s ends it here",
    async (path) => {
      await page.goto(`${site}/account`);
      const cookie = await cookieHeader();
      const answered = proxy.next(path);
      const markup = form(site + path, "application/x-www-form-urlencoded");
      await page.setContent(markup.replace(/<script>.*/u, "<button>Send</button>"));
      await page.evaluate('document.querySelector("form").requestSubmit()');
      expect(await answered).toMatchObject({ status: 303, site: "same-origin", hasCookie: true });
      expect((await newDevice(demo).get("/me", { cookie })).status).toBe(401);
    },
  );

  test("LO-02: the address /logout, typed in, asks and ends nothing; its button does", async () => {
    await page.goto(`${site}/logout`);
    expect(await isSignedIn()).toBe(true);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL(`${site}/logged-out`);
    expect(await cookieHeader()).toBe("");
  });
});
