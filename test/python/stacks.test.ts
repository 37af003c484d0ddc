/**
 * Django, Flask and FastAPI with endsession, by the client and behind nginx: what has ended is
 * refused, whoever ended it, and nothing else is believed.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Device } from "../support/client.ts";
import { serviceToken } from "../support/installation.ts";
import { expectClean, isScanned } from "../support/quick-scan.ts";
import { type Application, password, recipes, startApplication, type Way } from "./applications.ts";

const ways: readonly Way[] = ["the client", "nginx"];
const stacks = recipes.flatMap((recipe) => ways.map((way) => ({ ...recipe, way, recipe })));

describe.each(stacks)("$name by $way", ({ recipe, way, userId, takesTokens }) => {
  let application: Application;
  let current = password;
  beforeAll(async () => {
    application = await startApplication(recipe, way);
  });
  afterAll(() => application.stop());
  afterEach(() => application.service.up());

  const account = (device: Device, cookie?: string): Promise<Answer> =>
    device.get("/account", cookie === undefined ? {} : { cookie });

  async function signedIn(): Promise<Device> {
    const device = application.device();
    const answer = await recipe.signIn(device, current);
    expect([answer.status, answer.text]).toEqual([expect.toBeOneOf([200, 302, 303]), answer.text]);
    expect(await isIn(device)).toBe(true);
    return device;
  }

  /** Whether the private page is shown, to what the device holds or to a copy of it. */
  async function isIn(device: Device, copy?: string): Promise<boolean> {
    const { status, text } = await account(device, copy);
    if (status === 200) {
      expect(text).toContain("alice");
      return true;
    }
    expect([301, 302, 303, 401]).toContain(status);
    expect(text).not.toContain("alice");
    return false;
  }

  const post = (device: Device, path: string, json: unknown = {}): Promise<Response> =>
    fetch(application.service.url + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
        cookie: device.cookieHeader() ?? "",
      },
      body: JSON.stringify(json),
    });
  const service = (path: string, json: unknown): Promise<Response> =>
    fetch(application.service.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${serviceToken}` },
      body: JSON.stringify(json),
    });

  test.runIf(isScanned(`${recipe.name} by ${way}`))(
    "the scanner's quick set finds nothing",
    () =>
      expectClean({
        baseUrl: application.url,
        username: "alice",
        password: current,
        private: ["/account"],
        ...recipe.scan,
      }),
    120_000,
  );

  test("LO-01 T1: sign in, see the private page, log out; the copy of all cookies is refused", async () => {
    expect(await isIn(application.device())).toBe(false);
    const device = await signedIn();
    const copy = device.cookieHeader() ?? "";
    const answer = await recipe.logOut(device);
    expect(answer.status).toBeLessThan(400);
    expect(device.jar.has("es_session")).toBe(false);
    expect([await isIn(device), await isIn(device, copy)]).toEqual([false, false]);
    // The one beside it is another's, or the next one's.
    expect(await isIn(await signedIn(), copy)).toBe(false);
  });

  test("LO-02: a GET of the logout ends nothing", async () => {
    const device = await signedIn();
    await device.get("/logout");
    expect(await isIn(device)).toBe(true);
  });

  test("LO-06 LO-03: another device stays signed in, and logging out twice is no error", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    expect((await recipe.logOut(one)).status).toBeLessThan(400);
    expect((await recipe.logOut(one)).status).toBeLessThan(400);
    expect([await isIn(one), await isIn(other)]).toEqual([false, true]);
  });

  test.each([
    ["a logout elsewhere", (device: Device) => post(device, "/logout")],
    ["logging out everywhere on another device", async () => post(await signedIn(), "/logout/all")],
    [
      "another device of the list",
      async () => {
        const { sessions } = application.service.endsession;
        const ids = (await sessions.list({ userId })).map(({ id }) => id);
        const other = await signedIn();
        for (const id of ids) await post(other, `/sessions/${id}/end`);
        return Response.json({});
      },
    ],
    [
      "a disabled account",
      () => service("/security-events", { type: "account_disabled", user_id: userId }),
    ],
    [
      "a reported compromise",
      () => service("/security-events", { type: "compromise_reported", user_id: userId }),
    ],
    [
      "an operator",
      async () => {
        await application.service.endsession.sessions.endInstallation();
        return Response.json({});
      },
    ],
  ] as const)("T1 RV-05: after %s the next request is refused", async (_, end) => {
    const device = await signedIn();
    const copy = device.cookieHeader() ?? "";
    expect((await end(device)).status).toBe(200);
    expect([await isIn(device, copy), await isIn(device)]).toEqual([false, false]);
    // The framework's own cookie, by itself or beside a new session, is worth nothing either.
    device.jar.delete("es_session");
    expect(await isIn(device)).toBe(false);
  });

  test("T1 LA-02: a changed password ends the others, and this device goes on", async () => {
    const [device, other] = [await signedIn(), await signedIn()];
    const copy = device.cookieHeader() ?? "";
    const next = current === password ? "looking-glass-7" : password;
    const answer = await recipe.changePassword(device, current, next);
    expect([answer.status, answer.text]).toEqual([expect.toBeOneOf([200, 302, 303]), answer.text]);
    current = next;
    expect([await isIn(device), await isIn(other)]).toEqual([true, false]);
    expect(await isIn(device, copy)).toBe(false);
  });

  test("T1: a bearer token opens what takes one, and dies with its session", async () => {
    const { sessions } = application.service.endsession;
    for (const end of [
      (bearer: string) => sessions.end({ kind: "access_token", token: bearer }),
      () => sessions.endAll({ userId }),
    ]) {
      const { accessToken } = await sessions.start({ userId, tokens: { clientId: null } });
      const bearer = accessToken ?? "";
      const status = async (): Promise<number> =>
        (await application.device().get("/account", { bearer })).status;
      expect(await status()).toBe(takesTokens ? 200 : 302);
      await end(bearer);
      expect([302, 401]).toContain(await status());
    }
  });

  test("T18: nobody becomes somebody by a header or by a cookie that is made up", async () => {
    const device = application.device();
    for (const name of [
      "X-Auth-User",
      "X_Auth_User",
      "X-Auth_User",
      "Remote-User",
      "REMOTE_USER",
    ]) {
      const headers = { [name]: userId, "X-Auth-Session": "s", X_Auth_Session: "s" };
      // By the client, these headers mean nothing; behind nginx they do not get through.
      const { status } = await device.get("/account", { headers });
      expect([name, status]).toEqual([name, expect.toBeOneOf([302, 303, 401])]);
    }
    for (const cookie of ["es_session=x", "es_session=", "es_session=a; es_session=b"]) {
      expect(await isIn(device, cookie)).toBe(false);
    }
    const [mine, { cookie: foreign }] = [await signedIn(), await otherUser()];
    mine.jar.set("es_session", foreign);
    const { text } = await account(mine);
    if (recipe.name === "Django") expect(text).not.toContain("alice");
    else expect(text).toContain("mallory");
  });

  async function otherUser(): Promise<{ cookie: string }> {
    const { sessions } = application.service.endsession;
    const { sessionToken } = await sessions.start({ userId: "mallory" });
    return { cookie: sessionToken ?? "" };
  }

  test("CS-01: a page of another site can change nothing", async () => {
    const device = await signedIn();
    const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    const sent = [
      await device.post("/logout", { headers, form: {} }),
      await device.post("/password", { headers, form: { password: "x" } }),
      await device.post("/login", { headers, form: { user: "alice", password: current } }),
    ];
    for (const { status } of sent) expect([403, 422]).toContain(status);
    expect(await isIn(device)).toBe(true);
  });

  test("P1 I22: without an answer of the service there is a 503, no page, and no lost cookie", async () => {
    const device = await signedIn();
    const held = (): string[] =>
      ["es_session", "session", "sessionid"].map((name) => device.jar.get(name) ?? "");
    const before = held();
    const { service: of } = application;
    await of.down();
    const page = await account(device);
    expect([page.status, page.headers["retry-after"]]).toEqual([503, "2"]);
    // Behind nginx it is nginx that cannot reach the logout, and says 502.
    expect((await recipe.logOut(device)).status).toBeOneOf([502, 503]);
    expect(held()).toEqual(before);
    await of.up();
    expect(await isIn(device)).toBe(true);
    of.broken = true;
    expect((await recipe.signIn(application.device(), current)).status).toBe(503);
    of.broken = false;
  });
});
