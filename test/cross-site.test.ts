/** What comes from another site ends nothing: every combination of headers, by raw HTTP. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Answer, type Call, json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { notMeTicket } from "./support/end-events.ts";
import { install, type Installation, password } from "./support/installation.ts";
import { isSignedIn } from "./support/probes.ts";
import {
  cookieNames,
  newDevice,
  signIn,
  startWhole,
  userIdOf,
  type Whole,
} from "./support/sessions.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

/** Users of their own, so that no limit plays a part. */
let users = 0;
const fresh = (): Promise<Whole> => startWhole(demo, `user ${users++}`);
const cookieOf = ({ cookie }: Whole): string => `${cookieNames.session}=${cookie}`;

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const sites = [null, "same-origin", "none", "same-site", "cross-site", "Same-Origin", "", "x"];
const agents = [null, firefox, "mozilla/5.0", "curl/8.5.0", "Opera/9.80"];

/** Origins that are not the demo's, but look like it. */
function strangers(own: string): string[] {
  const { host, port, hostname } = new URL(own);
  return [
    "null",
    "http://evil.example",
    `https://${host}`,
    `http://${hostname}`,
    `http://${hostname}:${Number(port) + 1}`,
    `http://${host}.evil.example`,
    `http://evil.example?${own}`,
    `http://user@${host}`,
    `http://evil.${host}`,
    `${own}/`,
    `${own}, http://evil.example`,
    ` ${own}.`,
    own.toUpperCase(),
  ];
}

/** The rule, said once more: a browser's word first, then the origin, then who has neither. */
function mayPass(site: string | null, origin: string | null, agent: string | null): boolean {
  if (site !== null) return site === "same-origin" || site === "none";
  if (origin !== null) return origin === demo.url;
  return agent === null || !agent.toLowerCase().startsWith("mozilla/");
}

const headersOf = (fields: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );

describe("headers", () => {
  test("CS-01 CS-02 CS-05 AU-05: every combination of Sec-Fetch-Site, Origin and User-Agent", async () => {
    const wrong: string[] = [];
    let refused = 0;
    for (const site of sites) {
      for (const origin of [null, demo.url, ...strangers(demo.url)]) {
        for (const agent of agents) {
          const whole = await fresh();
          const headers = headersOf({ "sec-fetch-site": site, origin, "user-agent": agent });
          const answer = await newDevice(demo).post("/logout", {
            cookie: cookieOf(whole),
            headers,
          });
          const isAlive = await isSignedIn(demo, whole);
          const expected = mayPass(site, origin, agent) ? [200, false] : [403, true];
          if (answer.status === 403) refused += 1;
          if (String([answer.status, isAlive]) !== String(expected)) {
            wrong.push(`${JSON.stringify(headers)}: ${answer.status}, alive ${isAlive}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(300);
    expect(demo.output()).toContain("cross-site request refused");
  });

  test("CS-01 CS-02: no route that changes something takes a request from elsewhere", async () => {
    const userId = await userIdOf(demo, accounts.test);
    const [whole, other] = [await startWhole(demo, userId), await startWhole(demo, userId)];
    const { password: current_password } = accounts.test;
    const routes: [string, string, Call][] = [
      ["POST", "/logout", {}],
      ["POST", "/logout", { form: { scope: "all" } }],
      ["POST", "/logout/all", {}],
      ["POST", "/logout/all", { form: { keep_current: "true" } }],
      ["DELETE", `/sessions/${other.id}`, {}],
      ["POST", `/sessions/${other.id}/end`, { form: {} }],
      ["POST", "/login", { form: { ...accounts.guest } }],
      ["POST", "/reauthenticate", { form: { password: current_password } }],
      ["POST", "/account/password", { form: { current_password, new_password: "new-password-1" } }],
      ["POST", "/account/email", { form: { current_password, email: "evil@evil.example" } }],
    ];
    const elsewhere = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: demo.url },
      { origin: "null" },
      { origin: "http://evil.example" },
      { "user-agent": firefox },
    ];
    for (const [method, path, call] of routes) {
      for (const headers of elsewhere) {
        const sent = { ...call, cookie: cookieOf(whole), headers };
        const answer = await newDevice(demo).send(method, path, sent);
        expect([path, headers, answer.status]).toEqual([path, headers, 403]);
        expect(answer.setCookies).toEqual([]);
      }
    }
    expect([await isSignedIn(demo, whole), await isSignedIn(demo, other)]).toEqual([true, true]);
    expect((await signIn(demo, accounts.test)).jar.size).toBe(1);
  });

  test("CS-05: a simple request's content type does not end anything, wherever it comes from", async () => {
    const whole = await fresh();
    const types = ["text/plain", "multipart/form-data; boundary=x", "text/plain;application/json"];
    for (const type of types) {
      for (const [path, body] of [
        ["/logout", '{"scope":"all"}'],
        ["/logout/all", '{"keep_current":false,"x":"="}'],
        ["/logout", "scope=all"],
      ] as const) {
        const headers = { "content-type": type, "sec-fetch-site": "same-origin" };
        const call = { body, cookie: cookieOf(whole), headers };
        expect((await newDevice(demo).post(path, call)).status).toBe(415);
      }
    }
    expect(await isSignedIn(demo, whole)).toBe(true);
  });

  test("CS-04 LO-03: a form from one's own page works with a session that is long dead", async () => {
    const device = await signIn(demo, accounts.guest);
    const cookie = device.cookieHeader();
    await device.submit("/logout");
    const headers = { "sec-fetch-site": "same-origin", accept: "text/html" };
    const answer = await newDevice(demo).post("/logout", { cookie, form: {}, headers });
    expect([answer.status, answer.headers["location"]]).toEqual([303, "/logged-out"]);
  });
});

describe("CORS", () => {
  const trusted = "https://admin.example";
  async function open(): Promise<Installation> {
    const site = await install({ trustedOrigins: [trusted] });
    onTestFinished(() => site.endsession.close());
    return site;
  }
  const lookAlikes = [
    "null",
    "https://evil.example",
    "http://admin.example",
    "https://admin.example:8443",
    "https://admin.example.evil.example",
    "https://evil-admin.example",
    "https://sub.admin.example",
    "https://adminxexample",
    "https://ADMIN.example",
    "https://admin.example/",
    "*",
  ];

  test("CS-06: exactly the trusted origin may read and act, by name and with credentials", async () => {
    const site = await open();
    const json_ = { email: "u@example.com", password };
    const line = (await site.ask("POST", "/login", { json: json_ })).headers.getSetCookie()[0];
    const cookie = line?.split(";")[0] ?? "";
    const from = (origin: string): Record<string, string> => ({
      origin,
      "sec-fetch-site": "cross-site",
    });
    for (const origin of lookAlikes) {
      const answers = [
        await site.ask("GET", "/session", { cookie, headers: from(origin) }),
        await site.ask("OPTIONS", "/logout", { headers: from(origin) }),
        await site.ask("POST", "/logout", { cookie, headers: from(origin) }),
      ];
      for (const { headers } of answers) {
        expect([origin, headers.get("access-control-allow-origin")]).toEqual([origin, null]);
        expect(headers.get("vary")).toContain("origin");
      }
      expect(answers.map(({ status }) => status)).toEqual([200, 204, 403]);
    }
    const preflight = await site.ask("OPTIONS", "/logout", { headers: from(trusted) });
    expect(preflight.headers.get("access-control-allow-origin")).toBe(trusted);
    expect(preflight.headers.get("access-control-allow-credentials")).toBe("true");
    expect(preflight.headers.get("access-control-allow-methods")).toBe("POST");
    const act = await site.ask("POST", "/logout", { cookie, headers: from(trusted) });
    expect([act.status, act.headers.get("access-control-allow-origin")]).toEqual([200, trusted]);
  });

  test("CS-06: the demo trusts nobody: no answer carries a CORS header", async () => {
    const device = await signIn(demo, accounts.guest);
    const answers: Answer[] = [];
    for (const origin of strangers(demo.url)) {
      const headers = { origin };
      for (const path of ["/session", "/me", "/account", "/.well-known/jwks.json"]) {
        answers.push(await device.get(path, { headers }));
      }
      answers.push(await device.send("OPTIONS", "/logout", { headers }));
    }
    const names = answers.flatMap(({ headers }) => Object.keys(headers));
    expect(names.filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });
});

test("CS-08: no page that manages sessions can be framed", async () => {
  const device = await signIn(demo, accounts.owner);
  const html = { headers: { accept: "text/html" } };
  const ticket = await notMeTicket(demo, await userIdOf(demo, accounts.owner));
  const anonymous = newDevice(demo);
  const pages = [
    await device.get("/account", html),
    await device.get("/reauthenticate", html),
    await device.get("/logout", html),
    await device.get("/nowhere", html),
    await anonymous.get("/login", html),
    await anonymous.get("/logged-out", html),
    await anonymous.get(`/not-me?ticket=${ticket}`, html),
    await anonymous.post("/not-me", { form: { ticket }, headers: html.headers }),
    await anonymous.post("/logout", { headers: { ...html.headers, origin: "null" } }),
  ];
  for (const { headers, text } of pages) {
    expect(text).toMatch(/^<!doctype html>/u);
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["x-frame-options"]).toBe("DENY");
  }
  expect(pages.map(({ status }) => status)).toEqual([200, 200, 405, 404, 200, 200, 200, 200, 403]);
  expect(json(await anonymous.get("/healthz"))).toEqual({ status: "ok" });
});
