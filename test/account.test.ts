/** Sign-ins, remembered devices, the list of devices, changes of the account, and the audit. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Device, json } from "./support/client.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { isSignedIn, stillBelieved } from "./support/probes.ts";
import {
  type Account,
  cookieNames,
  grant,
  newDevice,
  refresh,
  signIn,
  startWhole,
  userIdOf,
} from "./support/sessions.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

/** What the account is now; two tests change it. */
let owner: Account = accounts.owner;

const cookieOf = (device: Device): string => device.jar.get(cookieNames.session) ?? "";
const opens = async (cookie: string): Promise<boolean> =>
  (await newDevice(demo).get("/me", { cookie })).status === 200;
const opensAs = (value: string): Promise<boolean> => opens(`${cookieNames.session}=${value}`);

interface Listed {
  id: string;
  device: string;
  current: boolean;
}
const listed = async (device: Device): Promise<Listed[]> =>
  json<{ sessions: Listed[] }>(await device.get("/sessions")).sessions;

describe("session ids", () => {
  test("SS-03: a planted cookie is never adopted", async () => {
    const victim = newDevice(demo);
    const planted = `es_s_${"Planted0".repeat(6)}1`;
    const [attacker, own] = [await signIn(demo, accounts.guest), "es_s_x"];
    for (const preset of [planted, own, cookieOf(attacker), ""]) {
      victim.jar.set(cookieNames.session, preset);
      await signIn(demo, accounts.test, { device: victim });
      expect(cookieOf(victim)).not.toBe(preset);
      expect(await opensAs(preset)).toBe(false);
      expect(await opensAs(cookieOf(victim))).toBe(true);
    }
  });

  test("SS-03: each sign-in has a new id, and ends the session it replaces", async () => {
    const device = await signIn(demo, accounts.test, { remember: true });
    const before = cookieOf(device);
    const remembered = device.jar.get(cookieNames.rememberMe);
    await signIn(demo, accounts.test, { device });
    expect(cookieOf(device)).not.toBe(before);
    expect(await opensAs(before)).toBe(false);
    expect(await opens(`${cookieNames.rememberMe}=${remembered}`)).toBe(false);
  });

  test("SS-01 CK-09 CK-13: the cookie is opaque, of 256 bits, and in no body", async () => {
    const seen = new Set<string>();
    const userId = await userIdOf(demo, accounts.guest);
    for (let start = 0; start < 200; start += 1) seen.add((await startWhole(demo, userId)).cookie);
    expect(seen.size).toBe(200);
    for (const cookie of seen) expect(cookie).toMatch(/^es_s_[0-9A-Za-z]{49}$/u);
    const device = await signIn(demo, accounts.guest);
    for (const path of ["/account", "/me", "/session", "/sessions"]) {
      expect((await device.get(path)).text).not.toContain(cookieOf(device).slice(5));
    }
  });
});

describe("who is not signed in", () => {
  test.each(["text/html", "application/json", "*/*", null])(
    "SS-04: gets a 401 at /me and is sent from /account to /login, with Accept %s",
    async (accept) => {
      const device = newDevice(demo);
      const headers: Record<string, string> = accept === null ? {} : { accept };
      expect((await device.get("/me", { headers })).status).toBe(401);
      const page = await device.get("/account", { headers });
      expect([page.status, page.headers["location"]]).toEqual([303, "/login"]);
    },
  );
});

describe("remembered devices", () => {
  const rememberMe = (device: Device): string => device.jar.get(cookieNames.rememberMe) ?? "";
  const onlyRemembered = (device: Device): Device => {
    device.jar.delete(cookieNames.session);
    return device;
  };

  test("RM-02: a remember-me token signs in once, and is replaced by another", async () => {
    const device = await signIn(demo, accounts.test, { remember: true });
    const first = rememberMe(device);
    expect((await onlyRemembered(device).get("/me")).status).toBe(200);
    expect(cookieOf(device)).not.toBe("");
    const second = rememberMe(device);
    expect(second).not.toBe(first);
    // Another tab that was restored at the same moment.
    expect(await opens(`${cookieNames.rememberMe}=${first}`)).toBe(true);
    expect((await onlyRemembered(device).get("/me")).status).toBe(200);
    expect([first, second]).not.toContain(rememberMe(device));

    expect(await opens(`${cookieNames.rememberMe}=${first}`)).toBe(false);
    // Presented after its successor, somebody holds a copy: the series and what began with it are over.
    expect((await device.get("/me")).status).toBe(401);
    expect((await onlyRemembered(device).get("/me")).status).toBe(401);
  });

  test("RM-01: after a logout the remember-me cookie begins nothing", async () => {
    const device = await signIn(demo, accounts.test, { remember: true });
    const kept = rememberMe(device);
    const answer = await device.submit("/logout");
    expect(answer.setCookies.filter((line) => line.includes(cookieNames.rememberMe))).toHaveLength(
      1,
    );
    expect(device.jar.size).toBe(0);
    expect(await opens(`${cookieNames.rememberMe}=${kept}`)).toBe(false);
  });

  test("RM-05: logging out everywhere forgets every device", async () => {
    const devices = [
      await signIn(demo, accounts.test, { remember: true }),
      await signIn(demo, accounts.test, { remember: true }),
    ];
    const kept = devices.map(rememberMe);
    await devices[0]?.submit("/logout/all");
    for (const token of kept) expect(await opens(`${cookieNames.rememberMe}=${token}`)).toBe(false);
  });

  test("RM-06: the cookie holds no name, no password, and nothing made from them", async () => {
    const device = await signIn(demo, accounts.test, { remember: true });
    const token = rememberMe(device);
    expect(token).toMatch(/^es_m_[0-9A-Za-z]{22}\.[0-9A-Za-z]{49}$/u);
    for (const encoding of ["utf8", "base64", "base64url", "hex"] as const) {
      for (const secret of [accounts.test.email, accounts.test.password, "test"]) {
        expect(token).not.toContain(Buffer.from(secret).toString(encoding));
      }
    }
  });
});

describe("the list of devices", () => {
  test("LA-03: shows every device by name, with its times, and marks this one", async () => {
    const userAgent =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const here = await signIn(demo, owner, {
      device: newDevice(demo, { "user-agent": userAgent }),
    });
    await signIn(demo, owner, { device: newDevice(demo, { "user-agent": "curl/8.5.0" }) });
    const sessions = await listed(here);
    expect(sessions.map(({ device, current }) => [device, current])).toEqual(
      expect.arrayContaining([
        ["Firefox on Windows", true],
        ["curl", false],
      ]),
    );
    for (const one of sessions) {
      expect(one).toMatchObject({
        created_at: expect.stringMatching(/Z$/u) as string,
        last_seen_at: expect.stringMatching(/Z$/u) as string,
      });
    }
    await here.submit("/logout/all");
  });

  test("LA-04: ends one device by its id; a foreign or guessed id does not exist", async () => {
    const [here, there, stranger] = [
      await signIn(demo, owner),
      await signIn(demo, owner),
      await signIn(demo, accounts.guest),
    ];
    const [foreign] = await listed(stranger);
    for (const id of [foreign?.id ?? "", "a".repeat(22), "1", "..", "%00", cookieOf(there)]) {
      for (const [method, path] of [
        ["DELETE", `/sessions/${id}`],
        ["POST", `/sessions/${id}/end`],
      ] as const) {
        expect([id, (await here.send(method, path)).status]).toEqual([id, 404]);
      }
    }
    expect((await stranger.get("/me")).status).toBe(200);
    const other = (await listed(here)).find(({ current }) => !current);
    expect((await here.send("DELETE", `/sessions/${other?.id ?? ""}`)).status).toBe(200);
    expect((await there.get("/me")).status).toBe(401);
    expect((await here.get("/me")).status).toBe(200);
  });
});

describe("changes of the account", () => {
  let here: Device;
  let there: Device;
  beforeEach(async () => {
    here = await signIn(demo, owner);
    there = await signIn(demo, owner, { remember: true });
  });

  async function expectOthersDead(change: () => Promise<void>): Promise<void> {
    const [tokens, whole] = [
      await grant(demo, owner),
      await startWhole(demo, await userIdOf(demo, owner)),
    ];
    const [before, there_] = [cookieOf(here), [...there.jar.values()]];
    await change();
    expect(await stillBelieved(demo, whole)).toEqual([]);
    expect((await newDevice(demo).get("/me", { bearer: tokens.access_token })).status).toBe(401);
    expect((await refresh(demo, tokens.refresh_token)).status).toBe(400);
    expect((await there.get("/me")).status).toBe(401);
    expect(there_).toHaveLength(2);
    expect((await here.get("/me")).status).toBe(200);
    expect(cookieOf(here)).not.toBe(before);
    expect(await opensAs(before)).toBe(false);
  }

  test("LA-06 RM-05 SS-03: a new password ends every other device, and renews this one", async () => {
    const next = "a-new-password-for-the-owner";
    await expectOthersDead(async () => {
      const form = { current_password: owner.password, new_password: next };
      const answer = await here.submit("/account/password", form);
      expect(answer.status).toBe(303);
    });
    const old = await newDevice(demo).post("/login", { json: owner });
    expect(old.status).toBe(401);
    owner = { ...owner, password: next };
  });

  test("LA-07 RM-05 SS-03: a new e-mail address ends every other device, and renews this one", async () => {
    const email = "owner.new@example.com";
    await expectOthersDead(async () => {
      const form = { current_password: owner.password, email };
      expect((await here.submit("/account/email", form)).status).toBe(303);
    });
    owner = { ...owner, email };
    expect(json(await here.get("/me"))["email"]).toBe(email);
  });

  test("LA-06 LA-07: a wrong password changes nothing and ends nothing", async () => {
    const wrong = {
      current_password: "wrong",
      new_password: "long-enough-it-is",
      email: "a@b.example",
    };
    for (const path of ["/account/password", "/account/email"]) {
      expect((await here.submit(path, wrong)).status).toBe(422);
    }
    expect((await there.get("/me")).status).toBe(200);
  });

  test("LA-09 ER-03: another device is told why it was signed out", async () => {
    const { id } = json<{ session: { id: string } }>(await there.get("/session")).session;
    await here.send("DELETE", `/sessions/${id}`);
    there.jar.delete(cookieNames.rememberMe);
    const answer = await there.get("/session");
    expect(answer.status).toBe(401);
    expect(json(answer)).toMatchObject({ reason: "revoked_elsewhere", code: 401 });
    expect(
      await isSignedIn(demo, { ...(await startWhole(demo, await userIdOf(demo, owner))) }),
    ).toBe(true);
  });
});
