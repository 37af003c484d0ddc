/** What is written down about sessions, and what an error says. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { endsOfAll, endsOfThisDevice, report } from "./support/end-events.ts";
import { cookieNames, grant, newDevice, signIn, startWhole, userIdOf } from "./support/sessions.ts";

let demo: Demo;
let userId: string;
beforeAll(async () => {
  demo = await startDemo();
  userId = await userIdOf(demo, accounts.test);
});
afterAll(() => demo.stop());

interface Entry {
  id: string;
  at: string;
  type: string;
  user_id: string | null;
  session_id: string | null;
  actor: string;
  reason: string | null;
  address: string | null;
}

async function audit(query = "", limit = 1000): Promise<Entry[]> {
  const answer = await newDevice(demo).get(`/audit?user_id=${userId}&limit=${limit}${query}`, {
    bearer: demo.serviceToken,
  });
  return json<{ records: Entry[] }>(answer).records;
}

describe("GET /audit", () => {
  test("AU-01: beginning and end of a session are there with reason, actor, handle and time", async () => {
    const device = await signIn(demo, accounts.test);
    const { id } = json<{ session: { id: string } }>(await device.get("/session")).session;
    const answer = await device.post("/logout");
    const { receipt } = json<{ receipt: { audit_id: string } }>(answer);

    const records = (await audit()).filter(({ session_id }) => session_id === id);
    expect(records.map(({ type }) => type)).toEqual(["session_ended", "session_created"]);
    expect(records[0]).toMatchObject({
      id: receipt.audit_id,
      user_id: userId,
      actor: "user",
      reason: "logout",
      address: expect.stringMatching(/127\.0\.0\.1$/u) as string,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/u) as string,
    });
  });

  test("AU-01 SS-07: every kind of end leaves one record, and repeating it no other", async () => {
    const kinds = [
      ...endsOfThisDevice.filter(({ title }) => title.startsWith("POST /logout")),
      ...endsOfAll.slice(0, 1),
    ];
    for (const { act, title } of kinds) {
      const caller = await startWhole(demo, userId);
      const scene = { demo, caller, other: await startWhole(demo, userId), userId };
      const count = async (): Promise<number> =>
        (await audit()).filter(({ type }) => /^sessions?_ended$/u.test(type)).length;
      const before = await count();
      await act(scene);
      expect([title, (await count()) - before]).toEqual([title, 1]);
      await act(scene);
      expect([title, (await count()) - before]).toEqual([title, 1]);
    }
  });

  test("AU-02: the use of an ended credential is noted, once", async () => {
    const whole = await startWhole(demo, userId);
    const device = newDevice(demo);
    await device.post("/logout", { bearer: whole.accessToken });
    for (let use = 0; use < 3; use += 1) await device.get("/me", { bearer: whole.accessToken });
    const records = (await audit()).filter(({ session_id }) => session_id === whole.id);
    expect(records.map(({ type }) => type)).toEqual([
      "session_use_after_expire",
      "session_ended",
      "session_created",
    ]);
  });

  test("AU-01 LA-08 SS-10: what a back end has ended is on its account", async () => {
    await report(demo, { type: "account_disabled", user_id: userId });
    expect((await audit())[0]).toMatchObject({
      type: "sessions_ended",
      actor: "service",
      reason: "account_disabled",
      session_id: null,
    });
  });

  test("AU-03: no record holds a credential", async () => {
    const whole = await startWhole(demo, userId);
    await newDevice(demo).post("/logout", { bearer: whole.accessToken });
    const text = JSON.stringify(await audit());
    const { cookie, accessToken, refreshToken, rememberMe } = whole;
    for (const secret of [cookie, accessToken, refreshToken, rememberMe]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(5));
    }
    expect(text).toContain(whole.id);
  });

  test("AU-01: pages of records follow one another without gap or repetition", async () => {
    const all = await audit();
    const read: Entry[] = [];
    for (let page = await audit("", 3); page.length > 0;) {
      read.push(...page);
      page = await audit(`&before=${page.at(-1)?.id ?? ""}`, 3);
    }
    expect(read).toEqual(all);
  });

  test("AU-03 RI-05: is for the service credential alone", async () => {
    const { access_token } = await grant(demo, accounts.test);
    for (const bearer of [access_token, "junk"]) {
      expect((await newDevice(demo).get("/audit", { bearer })).status).toBe(401);
    }
    expect((await newDevice(demo).get("/audit")).status).toBe(401);
  });
});

describe("errors", () => {
  function expectProblem({ status, headers, text }: Answer): void {
    expect(headers["content-type"]).toBe("application/problem+json");
    const problem = JSON.parse(text) as Record<string, unknown>;
    expect(problem).toMatchObject({
      type: expect.stringMatching(/^(?:urn:|https:)/u) as string,
      title: expect.stringMatching(/./u) as string,
      detail: expect.stringMatching(/./u) as string,
      status,
      code: status,
      msg: problem["title"],
    });
    expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b|\.js\b/u);
  }

  test("ER-01: every error of a route is a problem that says nothing about the inside", async () => {
    const device = newDevice(demo);
    const cross = { headers: { "sec-fetch-site": "cross-site" } };
    const errors: [number, Answer][] = [
      [400, await device.post("/login", { json: {} })],
      [401, await device.get("/session")],
      [401, await device.get("/me")],
      [401, await device.post("/login", { json: { ...accounts.test, password: "wrong" } })],
      [403, await device.post("/logout", cross)],
      [405, await device.get("/logout")],
      [413, await device.post("/login", { json: { password: "x".repeat(70_000) } })],
      [415, await device.post("/login", { body: "x", headers: { "content-type": "text/x" } })],
      [431, await device.get("/session", { cookie: "a=1; ".repeat(51) })],
    ];
    for (const [status, answer] of errors) {
      expect(answer.status).toBe(status);
      expectProblem(answer);
    }
  });

  test("ER-03: 401 without a session, 403 with one that may not, 400 for a dead refresh token", async () => {
    const device = await signIn(demo, accounts.test);
    const refused = await device.post("/logout", { headers: { origin: "https://evil.example" } });
    expect(refused.status).toBe(403);
    expect((await device.get("/session")).status).toBe(200);
    const dead = { grant_type: "refresh_token", refresh_token: "junk" };
    expect((await device.post("/token", { json: dead })).status).toBe(400);
  });

  test("ER-03: the reason is told to the holder of the credential and to nobody else", async () => {
    const device = await signIn(demo, accounts.test);
    const cookie = device.cookieHeader() ?? "";
    await device.post("/logout");
    const holder = await newDevice(demo).get("/session", { cookie });
    expect(json(holder)["reason"]).toBe("logged_out");
    const stranger = await newDevice(demo).get("/session", {
      cookie: `${cookieNames.session}=es_s_${"a".repeat(49)}`,
    });
    expect(json(stranger)).not.toHaveProperty("reason");
  });
});
