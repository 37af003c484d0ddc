/** What sets a cookie deletes it; twins are never believed; https has the `__Host-` names. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CookieOptions } from "endsession";
import { mount } from "endsession/express";
import { Device, parseSetCookie, type SetCookie } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { install, type Installation, password } from "./support/installation.ts";
import { cookieNames, newDevice, signIn } from "./support/sessions.ts";

const sites: Installation[] = [];
async function open(cookies: CookieOptions = {}, origin?: string): Promise<Installation> {
  const site = await install({ cookies, ...(origin === undefined ? {} : { origin }) });
  sites.push(site);
  return site;
}
afterEach(async () => {
  for (const site of sites.splice(0)) await site.endsession.close();
});

/** What a browser identifies a cookie by when it is to be deleted. */
function identityOf({ name, attributes }: SetCookie): object {
  const { path, domain, secure, partitioned, httponly, samesite } = attributes;
  return { name, path, domain, secure, partitioned, httponly, samesite };
}

const login = { email: "u@example.com", password, remember_me: true };
const parsed = (lines: readonly string[]): SetCookie[] => lines.map(parseSetCookie);
const isDeletion = ({ attributes }: SetCookie): boolean => attributes["max-age"] === "0";

describe("set and delete", () => {
  const settings: [string, CookieOptions, string?][] = [
    ["the defaults", {}],
    ["SameSite=Strict", { sameSite: "Strict" }],
    ["SameSite=None", { sameSite: "None" }],
    ["Partitioned", { sameSite: "None", partitioned: true }],
    ["a shared Domain", { domain: "app.example" }],
    ["all at once", { domain: "app.example", sameSite: "None", partitioned: true }],
    ["plain http on this machine", {}, "http://localhost:3000"],
    ["plain http elsewhere", {}, "http://app.example"],
  ];

  test.each(settings)(
    "CK-01 CK-02 CK-03 CK-04 CK-06 CK-12: agree in everything a browser compares, with %s",
    async (_name, cookies, origin) => {
      const site = await open(cookies, origin);
      const set = parsed(
        (await site.ask("POST", "/login", { json: login })).headers.getSetCookie(),
      );
      const cookie = set.map(({ name, value }) => `${name}=${value}`).join("; ");
      const deleted = parsed(
        (await site.ask("POST", "/logout", { cookie })).headers.getSetCookie(),
      );
      expect(set).toHaveLength(2);
      expect(deleted.map(identityOf)).toEqual(set.map(identityOf));
      expect(new Set(deleted.map(({ name }) => name)).size).toBe(2);
    },
  );

  test("CK-02 CK-07: a deletion has a Path, no value, Max-Age=0 and a past date", async () => {
    const site = await open();
    const lines = (await site.ask("POST", "/logout")).headers.getSetCookie();
    expect(lines).toHaveLength(2);
    for (const { value, attributes } of parsed(lines)) {
      expect(value).toBe("");
      expect(attributes["path"]).toBe("/");
      expect(attributes["max-age"]).toBe("0");
      expect(new Date(attributes["expires"] ?? "").getTime()).toBe(0);
    }
  });

  test("CK-09 CK-11: over https the names are __Host-, Secure, HttpOnly and without Domain", async () => {
    const site = await open();
    const set = parsed((await site.ask("POST", "/login", { json: login })).headers.getSetCookie());
    expect(set.map(({ name }) => name)).toEqual(["__Host-es_session", "__Host-es_remember"]);
    for (const { attributes } of set) {
      expect(attributes).toMatchObject({ path: "/", secure: "", httponly: "", samesite: "Lax" });
      expect(attributes).not.toHaveProperty("domain");
    }
    const [session, remembered] = set;
    expect(session?.attributes).not.toHaveProperty("max-age");
    expect(Number(remembered?.attributes["max-age"])).toBe(30 * 24 * 60 * 60);
  });

  test("CK-03 CK-09: a cookie under the plain name is not believed over https", async () => {
    const site = await open();
    const set = parsed((await site.ask("POST", "/login", { json: login })).headers.getSetCookie());
    const value = set[0]?.value ?? "";
    const status = async (cookie: string): Promise<number> =>
      (await site.ask("GET", "/session", { cookie })).status;
    expect(await status(`__Host-es_session=${value}`)).toBe(200);
    for (const name of [
      "es_session",
      "__host-es_session",
      "__HOST-ES_SESSION",
      "\u00a0es_session",
    ]) {
      expect([name, await status(`${encodeURIComponent(name)}=${value}`)]).toEqual([name, 401]);
    }
  });

  test("CK-08: scopes of earlier versions get a deletion each", async () => {
    const previous = [
      { domain: "app.example" },
      { path: "/auth" },
      { name: "connect.sid" },
      { name: "__Secure-sid", domain: "app.example", path: "/app" },
    ];
    const site = await open({ previous });
    const lines = (await site.ask("POST", "/logout")).headers.getSetCookie();
    const deleted = parsed(lines).map(({ name, attributes: { path, domain, secure } }) =>
      [name, path, domain, secure].join(" "),
    );
    expect(deleted).toEqual(
      expect.arrayContaining([
        "__Host-es_session /  ",
        "__Host-es_remember /  ",
        // Browsers keep `__Host-` for cookies without Domain at `/`: elsewhere it was `__Secure-`.
        "__Secure-es_session / app.example ",
        "__Secure-es_session /auth  ",
        "connect.sid /  ",
        "__Secure-sid /app app.example ",
      ]),
    );
    expect(parsed(lines).every(isDeletion)).toBe(true);
  });
});

describe("twins: two cookies of one name", () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo.stop());

  const valueOf = (device: Device): string => device.jar.get(cookieNames.session) ?? "";
  const opens = async (value: string): Promise<boolean> => {
    const cookie = `${cookieNames.session}=${value}`;
    return (await newDevice(demo).get("/me", { cookie })).status === 200;
  };

  test.each(["/me", "/session", "/sessions", "/verify"])(
    "CK-08: are not believed at %s, in whichever order, and are deleted",
    async (path) => {
      const [mine, planted] = [
        await signIn(demo, accounts.owner),
        await signIn(demo, accounts.guest),
      ];
      const pair = [valueOf(mine), valueOf(planted)];
      for (const [first, second] of [pair, pair.toReversed()]) {
        const cookie = `${cookieNames.session}=${first}; ${cookieNames.session}=${second}`;
        const answer = await newDevice(demo).get(path, { cookie });
        expect(answer.status).toBe(401);
        const deleted = parsed(answer.setCookies).filter(isDeletion);
        // A proxy passes one Set-Cookie of /verify on, so there is no other.
        const names = path === "/verify" ? ["es_session"] : ["es_remember", "es_session"];
        expect(deleted.map(({ name }) => name).toSorted()).toEqual(names);
      }
      expect([await opens(valueOf(mine)), await opens(valueOf(planted))]).toEqual([true, true]);
    },
  );

  test("CK-08 LO-01: a logout with twins ends both sessions", async () => {
    const [one, two] = [await signIn(demo, accounts.test), await signIn(demo, accounts.guest)];
    const cookie = [one, two].map((device) => `${cookieNames.session}=${valueOf(device)}`);
    const answer = await newDevice(demo).post("/logout", { cookie: cookie.join("; ") });
    expect(answer.status).toBe(200);
    expect([await opens(valueOf(one)), await opens(valueOf(two))]).toEqual([false, false]);
  });

  test("CK-08 RM-01: a logout with twins of the remember-me cookie ends both series", async () => {
    const devices = [
      await signIn(demo, accounts.test, { remember: true }),
      await signIn(demo, accounts.test, { remember: true }),
    ];
    const pairs = devices.map(
      (device) => `${cookieNames.rememberMe}=${device.jar.get(cookieNames.rememberMe) ?? ""}`,
    );
    const answer = await newDevice(demo).post("/logout", { cookie: pairs.join("; ") });
    expect(answer.status).toBe(200);
    for (const cookie of pairs) {
      expect((await newDevice(demo).get("/me", { cookie })).status).toBe(401);
    }
  });

  test("CK-08 SS-03: a sign-in with twins ends both sessions it replaces", async () => {
    const [one, two] = [await signIn(demo, accounts.owner), await signIn(demo, accounts.owner)];
    const cookie = [one, two].map((device) => `${cookieNames.session}=${valueOf(device)}`);
    const answer = await newDevice(demo).post("/login", {
      json: accounts.owner,
      cookie: cookie.join("; "),
    });
    expect(answer.status).toBe(200);
    expect([await opens(valueOf(one)), await opens(valueOf(two))]).toEqual([false, false]);
  });
});

describe("adapters", () => {
  let server: Server | null = null;
  afterEach(async () => {
    if (server === null) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    server = null;
  });

  test("CK-12: two deletions of one name leave as two headers", async () => {
    const site = await open({ previous: [{ domain: "localhost" }] });
    server = createServer((req, res) => {
      res.setHeader("set-cookie", "application=1; Path=/");
      mount(site.endsession)(req, res, () => res.end());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const device = new Device(() => `http://127.0.0.1:${port}`);
    const answer = await device.post("/logout", { headers: { "sec-fetch-site": "same-origin" } });
    expect(answer.setCookies.map((line) => line.split("=")[0])).toEqual([
      "application",
      "es_session",
      "es_remember",
      "es_session",
      "es_remember",
    ]);
  });
});
