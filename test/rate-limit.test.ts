/** The limit of the logout routes: it stops abuse, and never a logout. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Answer, json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { install, type Installation } from "./support/installation.ts";
import { isSignedIn, stillBelieved } from "./support/probes.ts";
import { cookieNames, newDevice, startWhole, userIdOf, type Whole } from "./support/sessions.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

interface Limit {
  remaining: number;
  seconds: number;
}

/** Reads the header as RFC 9651 has it: one item, a string with integer parameters. */
function limitOf(header: string | undefined): Limit {
  const [, remaining, seconds] = /^"logout";r=(\d+);t=(\d+)$/u.exec(header ?? "") ?? [];
  if (remaining === undefined) throw new Error(`No limit is shown: ${header}`);
  return { remaining: Number(remaining), seconds: Number(seconds) };
}

const cookieOf = ({ cookie }: Whole): string => `${cookieNames.session}=${cookie}`;

/** Calls of every logout route in turn, each with a session of its own. */
async function logOut(userId: string, call: number): Promise<{ answer: Answer; whole: Whole }> {
  const whole = await startWhole(demo, userId);
  const device = newDevice(demo);
  const ways = [
    () => device.post("/logout", { cookie: cookieOf(whole) }),
    () => device.post("/logout", { bearer: whole.accessToken }),
    () => device.post("/logout", { cookie: cookieOf(whole), headers: { accept: "text/html" } }),
    () => device.post("/logout/all", { cookie: cookieOf(whole) }),
    () => device.send("DELETE", `/sessions/${whole.id}`, { bearer: whole.accessToken }),
  ];
  const answer = await ways[call % ways.length]?.();
  if (!answer) throw new Error("There is no such way.");
  return { answer, whole };
}

describe("20 logouts in 300 seconds for each user", () => {
  let userId: string;
  beforeAll(async () => {
    userId = await userIdOf(demo, accounts.test);
  });

  test("RL-01 RL-03 RL-05: every answer shows the policy and what is left of it", async () => {
    for (let call = 0; call < 20; call += 1) {
      const { answer } = await logOut(userId, call);
      expect([call, answer.status]).toEqual([call, call % 5 === 2 ? 303 : 200]);
      expect(answer.headers["ratelimit-policy"]).toBe('"logout";q=20;w=300');
      const { remaining, seconds } = limitOf(answer.headers["ratelimit"]);
      expect(remaining).toBe(19 - call);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(300);
      expect(answer.headers).not.toHaveProperty("retry-after");
    }
  });

  test.each([20, 21, 22, 23, 24])(
    "RL-01 RL-02 RL-03 RL-06: call %i is a 429, and the session it presents is dead",
    async (call) => {
      const { answer, whole } = await logOut(userId, call);
      expect(answer.status).toBe(429);
      const { remaining, seconds } = limitOf(answer.headers["ratelimit"]);
      expect(remaining).toBe(0);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(seconds);
      if (answer.headers["content-type"] === "application/problem+json") {
        expect(json(answer)).toMatchObject({
          type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
          "violated-policies": ["logout"],
          code: 429,
          msg: expect.any(String) as string,
        });
      } else {
        expect(answer.text).toContain("The session has ended");
      }
      expect(await stillBelieved(demo, whole)).toEqual([]);
    },
  );

  test("RL-02: beyond the limit the browser's cookies are deleted all the same", async () => {
    const whole = await startWhole(demo, userId);
    const answer = await newDevice(demo).post("/logout", { cookie: cookieOf(whole) });
    expect(answer.status).toBe(429);
    expect(answer.setCookies).toHaveLength(2);
    expect(answer.setCookies.every((line) => line.includes("Max-Age=0"))).toBe(true);
  });

  test("RL-01 RL-02: the 21st end of others ends nobody, and the answer says so", async () => {
    const others = (whole: Whole): Promise<Answer> =>
      newDevice(demo).post("/logout", { cookie: cookieOf(whole), json: { scope: "others" } });
    for (let call = 0; call < 20; call += 1) {
      // Logouts that came before do not count here: they need no live session, this does.
      expect((await others(await startWhole(demo, userId))).status).toBe(200);
    }
    const [whole, other] = [await startWhole(demo, userId), await startWhole(demo, userId)];
    const answer = await others(whole);
    expect(answer.status).toBe(429);
    expect(json(answer)["detail"]).toContain("No session was ended");
    expect([await isSignedIn(demo, whole), await isSignedIn(demo, other)]).toEqual([true, true]);
  });

  test("RL-01: another user has a limit of their own", async () => {
    const { answer } = await logOut(await userIdOf(demo, accounts.guest), 0);
    expect(answer.status).toBe(200);
    expect(limitOf(answer.headers["ratelimit"]).remaining).toBe(19);
  });
});

describe("whose call it is", () => {
  async function open(): Promise<Installation> {
    const site = await install();
    onTestFinished(() => site.endsession.close());
    return site;
  }
  const remaining = (answer: Response): number =>
    limitOf(answer.headers.get("ratelimit") ?? undefined).remaining;

  test("RL-04: a claimed user uses up nobody's limit", async () => {
    const userId = await userIdOf(demo, accounts.owner);
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = part({ sub: userId, sid: "x", auth_version: 1, jti: "x", exp: 4_102_444_800 });
    for (const alg of ["none", "ES256", "HS256"]) {
      for (let call = 0; call < 10; call += 1) {
        const bearer = `${part({ alg, typ: "at+jwt" })}.${claims}.${"A".repeat(86)}`;
        expect((await newDevice(demo).post("/logout", { bearer })).status).toBe(401);
      }
    }
    const { answer } = await logOut(userId, 0);
    expect([answer.status, limitOf(answer.headers["ratelimit"]).remaining]).toEqual([200, 19]);
  });

  test.each([
    ["192.0.2.1", "192.0.2.200", "192.0.3.1"],
    ["::ffff:192.0.2.1", "192.0.2.9", "::ffff:192.0.3.1"],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:3::1"],
    ["2001:db8::1", "2001:DB8:0:0:0:0:0:2", "2001:db8:0:1::1"],
  ])("RL-04: %s shares the limit of %s, and not that of %s", async (one, near, far) => {
    const site = await open();
    for (let call = 0; call < 20; call += 1) await site.ask("POST", "/logout", { address: one });
    const [shared, own] = [
      await site.ask("POST", "/logout", { address: near }),
      await site.ask("POST", "/logout", { address: far }),
    ];
    expect([shared.status, own.status, remaining(own)]).toEqual([429, 200, 19]);
  });

  test("RL-04: without a credential no header makes a call somebody else's", async () => {
    const site = await open();
    const statuses: number[] = [];
    for (let call = 0; call < 21; call += 1) {
      const headers = {
        "x-forwarded-for": `198.51.100.${call}`,
        forwarded: `for=198.51.100.${call}`,
        "x-real-ip": `198.51.100.${call}`,
        "user-agent": `browser ${call}`,
      };
      statuses.push((await site.ask("POST", "/logout", { headers })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
  });

  test("RL-02 RL-04: an address at its limit keeps nobody there from logging out", async () => {
    const site = await open();
    for (let call = 0; call < 30; call += 1) await site.ask("POST", "/logout");
    const { sessionToken } = await site.endsession.sessions.start({ userId: "u" });
    const cookie = `__Host-es_session=${sessionToken}`;
    const answer = await site.ask("POST", "/logout", { cookie });
    expect([answer.status, remaining(answer)]).toEqual([200, 19]);
    expect((await site.ask("GET", "/session", { cookie })).status).toBe(401);
  });

  test("RL-02: a thief who uses up the limit does not keep the owner signed in", async () => {
    const site = await open();
    const stolen = await site.endsession.sessions.start({ userId: "u" });
    const thief = { cookie: `__Host-es_session=${stolen.sessionToken}` };
    for (let call = 0; call < 40; call += 1) await site.ask("POST", "/logout", thief);
    const own = await site.endsession.sessions.start({ userId: "u" });
    const cookie = `__Host-es_session=${own.sessionToken}`;
    expect((await site.ask("POST", "/logout", { cookie })).status).toBe(429);
    expect((await site.ask("GET", "/session", { cookie })).status).toBe(401);
  });

  test("RL-01 RL-03: the limit can be set, and the headers follow", async () => {
    const site = await install({ rateLimit: { limit: 1, window: 1 } });
    onTestFinished(() => site.endsession.close());
    const first = await site.ask("POST", "/logout");
    const second = await site.ask("POST", "/logout");
    expect([first.status, second.status]).toEqual([200, 429]);
    expect(first.headers.get("ratelimit-policy")).toBe('"logout";q=1;w=1');
    expect(second.headers.get("retry-after")).toBe("1");
  });
});
