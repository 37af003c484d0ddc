/** When an act asks for a fresh proof of identity, and when it must not. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { install, type Installation, origin, password } from "./support/installation.ts";
import { cookieIn } from "./support/sessions.ts";

const minute = 60_000;
let site: Installation;
beforeEach(async () => {
  site = await install();
});
afterEach(() => site.endsession.close());

interface Signed {
  session: string;
  rememberMe: string;
}

async function signIn(): Promise<Signed> {
  const json = { email: "u@example.com", password, remember_me: true };
  const lines = (await site.ask("POST", "/login", { json })).headers.getSetCookie();
  return {
    session: `__Host-es_session=${cookieIn(lines, "__Host-es_session")}`,
    rememberMe: `__Host-es_remember=${cookieIn(lines, "__Host-es_remember")}`,
  };
}

async function idOf(cookie: string): Promise<string> {
  const answer = await site.ask("GET", "/session", { cookie });
  return ((await answer.json()) as { session: { id: string } }).session.id;
}

const isLive = async (cookie: string): Promise<boolean> =>
  (await site.ask("GET", "/session", { cookie })).status === 200;

async function expectChallenge(answer: Response): Promise<void> {
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toBe(
    'Bearer error="insufficient_user_authentication", max_age="900"',
  );
  expect(await answer.json()).toMatchObject({ code: 401, title: "Sign in again to continue" });
}

describe("a proof that is older than 15 minutes", () => {
  test.each([
    ["POST", "/logout/all", { keep_current: true }],
    ["POST", "/logout", { scope: "others" }],
    ["DELETE", "/sessions/{other}", {}],
    ["POST", "/sessions/{other}/end", {}],
  ] as const)("LA-05 RA-02: %s %s asks for the password first", async (method, path, json) => {
    const [here, there] = [await signIn(), await signIn()];
    const target = path.replace("{other}", await idOf(there.session));
    site.advance(16 * minute);
    await expectChallenge(await site.ask(method, target, { cookie: here.session, json }));
    expect(await isLive(there.session)).toBe(true);

    const proven = await site.ask("POST", "/reauthenticate", {
      cookie: here.session,
      json: { password },
    });
    expect(proven.status).toBe(200);
    const renewed = cookieIn(proven.headers.getSetCookie(), "__Host-es_session");
    const cookie = `__Host-es_session=${renewed}`;
    expect((await site.ask(method, target, { cookie, json })).status).toBe(200);
    expect(await isLive(there.session)).toBe(false);
  });

  test.each([
    ["/logout", {}],
    ["/logout/all", {}],
    ["/logout", { scope: "all" }],
  ])("LO-03 LA-01: never keeps anybody from POST %s %j", async (path, json) => {
    const here = await signIn();
    site.advance(50 * minute);
    expect((await site.ask("POST", path, { cookie: here.session, json })).status).toBe(200);
    expect(await isLive(here.session)).toBe(false);
  });
});

test("SS-03 TO-06: a fresh proof gives the session a new id, and the old one is dead", async () => {
  const here = await signIn();
  const before = await idOf(here.session);
  const answer = await site.ask("POST", "/reauthenticate", {
    cookie: here.session,
    json: { password },
  });
  const renewed = cookieIn(answer.headers.getSetCookie(), "__Host-es_session");
  expect(await idOf(`__Host-es_session=${renewed}`)).not.toBe(before);
  expect(await isLive(here.session)).toBe(false);
});

test("RA-01: a fresh proof on one device is none on another", async () => {
  const [here, there] = [await signIn(), await signIn()];
  site.advance(16 * minute);
  await site.ask("POST", "/reauthenticate", { cookie: here.session, json: { password } });
  const answer = await site.ask("POST", "/logout", {
    cookie: there.session,
    json: { scope: "others" },
  });
  await expectChallenge(answer);
});

test("RM-03 RM-04: a remembered sign-in is no proof, however fresh it is", async () => {
  const [here, there] = [await signIn(), await signIn()];
  site.advance(16 * minute);
  const answer = await site.ask("GET", "/session", { cookie: here.rememberMe });
  const { session } = (await answer.json()) as { session: { methods: string[] } };
  expect(session.methods).toEqual(["remember_me"]);
  const renewed = cookieIn(answer.headers.getSetCookie(), "__Host-es_session");
  const cookie = `__Host-es_session=${renewed}`;
  await expectChallenge(await site.ask("POST", "/logout", { cookie, json: { scope: "others" } }));
  expect(await isLive(there.session)).toBe(true);
});

test("RA-02 LO-08: a page is sent to where the proof is given, on this site", async () => {
  const here = await signIn();
  site.advance(16 * minute);
  const answer = await site.ask("POST", "/logout", {
    cookie: here.session,
    form: { scope: "others", next: "//evil.example" },
    headers: { accept: "text/html" },
  });
  expect(answer.status).toBe(303);
  const landed = new URL(answer.headers.get("location") ?? "", origin);
  expect([landed.origin, landed.pathname]).toEqual([origin, "/login"]);
  expect(landed.search).not.toContain("evil");
});
