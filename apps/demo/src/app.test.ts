import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEndSession, type EndSession, EndSessionError, type Logger } from "endsession";
import { openDatabase, type SqliteDatabase, sqliteStore } from "endsession/sqlite";
import { type Accounts, openAccounts } from "./accounts.ts";
import { createApp } from "./app.ts";
import { sqliteAccounts } from "./database/sqlite.ts";

const password = "password123";
const logger: Logger = { error: () => undefined, warn: () => undefined, info: () => undefined };
let database: SqliteDatabase;
let endsession: EndSession;
let accounts: Accounts;
let server: Server;
let base: string;

beforeEach(async () => {
  database = await openDatabase(":memory:");
  accounts = await openAccounts(sqliteAccounts(database));
  endsession = await createEndSession({
    store: await sqliteStore(database),
    verifyPassword: (claim) => accounts.verifyPassword(claim),
    pages: { signedIn: "/account", loggedOut: "/logged-out", reauthenticate: "/reauthenticate" },
  });
  server = createServer(createApp(endsession, accounts, { logger, secure: false }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await endsession.close();
  database.close();
});

/** A browser's view: pages, forms, one cookie jar. */
function device(): {
  get(path: string, accept?: string): Promise<Response>;
  post(path: string, fields?: Record<string, string>): Promise<Response>;
} {
  const jar = new Map<string, string>();
  const send = async (path: string, init: RequestInit, accept: string): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { accept, ...(cookie && { cookie }), origin: base };
    const answer = await fetch(base + path, { ...init, headers, redirect: "manual" });
    for (const header of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/max-age=0/i.test(header)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  return {
    get: (path, accept = "text/html") => send(path, {}, accept),
    post: (path, fields = {}) =>
      send(path, { method: "POST", body: new URLSearchParams(fields) }, "text/html"),
  };
}

async function signedIn(): Promise<ReturnType<typeof device>> {
  const browser = device();
  const answer = await browser.post("/login", { email: "test@example.com", password });
  expect(answer.headers.get("location")).toBe("/account");
  return browser;
}

test("leads strangers to the sign-in page and everybody else to the account", async () => {
  const stranger = device();
  for (const path of ["/", "/account", "/reauthenticate"]) {
    const answer = await stranger.get(path);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/login"]);
  }
  expect((await stranger.get("/me", "application/json")).status).toBe(401);
  const member = await signedIn();
  for (const path of ["/", "/login", "/logged-out", "/account/password"]) {
    const answer = await member.get(path);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/account"]);
  }
});

test("lets no page be framed, scripted by others, or kept", async () => {
  const member = await signedIn();
  for (const path of ["/account", "/reauthenticate", "/me", "/nothing"]) {
    const { headers } = await member.get(path);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/,
    );
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-powered-by")).toBeNull();
  }
});

test("shows the account and a way out on every page of a signed-in person", async () => {
  const member = await signedIn();
  for (const path of ["/account", "/reauthenticate", "/nothing"]) {
    const text = await (await member.get(path)).text();
    expect(text).toContain("test@example.com");
    expect(text).toMatch(/action="\/logout"/);
  }
});

test("brings the script that leaves a page to those who are signed in, and to nobody else", async () => {
  const script = '<script type="module" src="/assets/plain.js"></script>';
  const member = await signedIn();
  for (const path of ["/account", "/reauthenticate", "/nothing"]) {
    expect(await (await member.get(path)).text()).toContain(script);
  }
  for (const path of ["/login", "/logged-out", "/nothing"]) {
    expect(await (await device().get(path)).text()).not.toContain("<script");
  }
});

test("sets a cookie on the pages outside of a session, so that left pages are dropped", async () => {
  for (const path of ["/login", "/logged-out"]) {
    const { headers } = await device().get(path);
    expect(headers.get("set-cookie")).toMatch(/^left=.+; Max-Age=1; .*HttpOnly/);
  }
});

test("repeats nothing from the address bar", async () => {
  const evil = encodeURIComponent('"><script>alert(1)</script>');
  const member = await signedIn();
  const pages = [
    await device().get(`/login?error=${evil}&next=${evil}`),
    await device().get(`/login?next=${encodeURIComponent("//evil.example")}`),
    await member.get(`/account?done=${evil}`),
    await member.get("/account?done=constructor"),
    await member.get(`/reauthenticate?error=${evil}&next=${evil}`),
    await member.get(`/${evil}`),
  ];
  for (const answer of pages) {
    expect(await answer.text()).not.toMatch(
      /<script(?! type="module" src="\/assets\/)|evil\.example|alert\(1\)|native code/,
    );
  }
});

test("ends one device from another", async () => {
  const [here, there] = [await signedIn(), await signedIn()];
  const list = await (await here.get("/account")).text();
  const action = /action="(\/sessions\/[^"]+\/end)"/.exec(list)?.[1] ?? "";
  const answer = await here.post(action, { next: "/account?done=device_ended" });
  expect(answer.headers.get("location")).toBe("/account?done=device_ended");
  expect((await there.get("/me", "application/json")).status).toBe(401);
  const after = await (await here.get("/account?done=device_ended")).text();
  expect(after).toContain("That device has been logged out.");
  expect(after).not.toContain("/end");
});

test("ends the other devices when the password or the e-mail address changes", async () => {
  const here = await signedIn();
  let there = await signedIn();
  const changes = [
    ["password", { current_password: password, new_password: "a-new-password" }],
    ["email", { current_password: "a-new-password", email: "new@example.com" }],
  ] as const;
  for (const [what, fields] of changes) {
    const answer = await here.post(`/account/${what}`, fields);
    expect(answer.headers.get("location")).toBe(`/account?done=${what}_changed`);
    expect((await there.get("/me", "application/json")).status).toBe(401);
    there = device();
    await there.post("/login", { email: "test@example.com", password: "a-new-password" });
  }
  expect(await (await here.get("/me", "application/json")).json()).toMatchObject({
    email: "new@example.com",
    session: { device: expect.any(String), current: true },
  });
});

test.each([
  ["password", { current_password: "wrong", new_password: "a-new-password" }, "not right"],
  ["password", { current_password: password, new_password: "short" }, "8 to 200 characters"],
  ["password", { current_password: password, new_password: "x".repeat(201) }, "8 to 200"],
  ["password", {}, "8 to 200"],
  ["email", { current_password: "wrong", email: "new@example.com" }, "not right"],
  ["email", { current_password: password, email: "owner@example.com" }, "Another account"],
  ["email", { current_password: password, email: "<b>" }, "&lt;b&gt;"],
])("refuses a change of %s with %j and says why", async (what, fields, words) => {
  const [here, there] = [await signedIn(), await signedIn()];
  const answer = await here.post(`/account/${what}`, fields as Record<string, string>);
  expect(answer.status).toBe(422);
  const text = await answer.text();
  expect(text).toContain(words);
  expect(text).not.toContain("<b>");
  expect((await there.get("/me", "application/json")).status).toBe(200);
});

test("answers 503, as a page or as JSON, when sessions cannot be checked", async () => {
  const member = await signedIn();
  endsession.sessions.list = () =>
    Promise.reject(new EndSessionError("ERR_STORE_UNAVAILABLE", "no store"));
  const page = await member.get("/account");
  expect([page.status, page.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(await page.text()).toContain("<h1>");
  const problem = await member.get("/account", "application/json");
  expect(problem.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(await problem.json()).toMatchObject({ status: 503, code: 503 });
});

test("tells no details of an error", async () => {
  const member = await signedIn();
  accounts.get = () => {
    throw new Error("the secret of /etc/passwd");
  };
  const answer = await member.get("/account");
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("secret");
});
