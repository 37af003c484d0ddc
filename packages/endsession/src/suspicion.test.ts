/** Detectors and policies: record, demand a fresh proof, or end. */
import { describe, expect, it } from "vitest";
import type { EndSession } from "./endsession.ts";
import type { Suspicion, SuspicionOptions } from "./core/settings.ts";
import {
  byCookie,
  byRememberMe,
  type Device,
  firefox,
  openInstallation,
  send,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

const onMac =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

interface Scene {
  readonly of: EndSession;
  readonly clock: TestClock;
  readonly device: Device;
  readonly other: Device;
  readonly told: Suspicion[];
}

async function prepare(suspicion: SuspicionOptions = {}): Promise<Scene> {
  const clock = new TestClock();
  const told: Suspicion[] = [];
  const notify = (one: Suspicion): void => {
    told.push(one);
  };
  const of = await openInstallation({ clock, suspicion: { notify, ...suspicion } });
  const device = await signInDevice(of, "ada", firefox);
  return { of, clock, device, other: await signInDevice(of, "ada", firefox), told };
}

const state = async (of: EndSession, device: Device, userAgent = firefox): Promise<string> => {
  const headers = { ...byCookie(device), "user-agent": userAgent };
  const answer = await send(of, "GET", "/sessions", { headers });
  if (answer.status === 200) return "live";
  return answer.body["type"] === "urn:endsession:problem:reauth-required" ? "stale" : "ended";
};

const count = async (of: EndSession, type: string, reason?: string): Promise<number> =>
  (await of.sessions.audit({ userId: "ada" })).filter(
    (entry) => entry.type === type && (reason === undefined || entry.reason === reason),
  ).length;

describe("a session cookie that changes its browser family or platform", () => {
  it.each([
    ["record", "live"],
    ["reauthenticate", "stale"],
    ["end", "ended"],
  ] as const)("by the policy %s is %s", async (policy, expected) => {
    const { of, device, other, told } = await prepare({ policies: { device_changed: policy } });
    expect(await state(of, device, onMac)).toBe(expected);
    expect(await state(of, device)).toBe(expected);
    expect(await state(of, other)).toBe("live");
    expect(told[0]).toEqual({
      name: "device_changed",
      policy,
      tenantId: "default",
      userId: "ada",
      sessionId: device.sessionId,
    });
    expect(await count(of, "suspicion", "device_changed")).toBe(1);
  });

  it("a demanded proof clears the demand", async () => {
    const { of, device } = await prepare({ policies: { device_changed: "reauthenticate" } });
    expect(await state(of, device, onMac)).toBe("stale");
    const proof = { headers: byCookie(device), body: { password: "right" } };
    const renewed = await send(of, "POST", "/reauthenticate", proof);
    expect(renewed.status).toBe(200);
    const cookie = /=([^;]+)/.exec(renewed.headers.getSetCookie()[0] ?? "")?.[1] ?? "";
    expect(await state(of, { ...device, cookie })).toBe("live");
  });

  it("a stale session can be logged out all the same (P5)", async () => {
    const { of, device } = await prepare({ policies: { device_changed: "reauthenticate" } });
    await state(of, device, onMac);
    const answer = await send(of, "POST", "/logout", { headers: byCookie(device) });
    expect(answer.status).toBe(200);
    expect(await state(of, device)).toBe("ended");
  });
});

describe("AU-02: the use of an ended credential", () => {
  it.each([
    ["record", "live"],
    ["reauthenticate", "stale"],
    ["end", "ended"],
  ] as const)("by the policy %s leaves the user's other sessions %s", async (policy, expected) => {
    const { of, clock, device, other, told } = await prepare({
      policies: { ended_credential_used: policy },
    });
    await send(of, "POST", "/logout", { headers: byCookie(device) });
    expect(await state(of, device), "a request that was under way").toBe("ended");
    expect(await state(of, other)).toBe("live");
    clock.advance(10_000);
    for (let use = 0; use < 3; use += 1) expect(await state(of, device)).toBe("ended");
    expect(await state(of, other)).toBe(expected);
    expect(await count(of, "session_use_after_expire")).toBeGreaterThanOrEqual(1);
    expect(told.filter(({ sessionId }) => sessionId === device.sessionId)).toHaveLength(1);
  });

  it("is recorded once a session, however often it is tried", async () => {
    const { of, device } = await prepare();
    await send(of, "POST", "/logout", { headers: byCookie(device) });
    for (let use = 0; use < 50; use += 1) await state(of, device);
    expect(await count(of, "session_use_after_expire")).toBe(1);
  });
});

describe("RT-02 RT-13: a refresh token used twice", () => {
  const reuse = async ({ of, clock, device }: Scene): Promise<string> => {
    const refresh = async (token: string): Promise<Record<string, unknown>> => {
      const body = { grant_type: "refresh_token", refresh_token: token };
      return (await send(of, "POST", "/token", { body })).body;
    };
    const first = String((await refresh(device.refreshToken))["refresh_token"]);
    clock.advance(60_000);
    const second = String((await refresh(first))["refresh_token"]);
    expect(await refresh(device.refreshToken)).toMatchObject({
      error: "invalid_grant",
      reason: "reuse_detected",
    });
    return second;
  };

  it("ends the family and its session, with audit and notification, and no other", async () => {
    const scene = await prepare();
    const newest = await reuse(scene);
    const body = { grant_type: "refresh_token", refresh_token: newest };
    expect((await send(scene.of, "POST", "/token", { body })).status).toBe(400);
    expect(await state(scene.of, scene.device)).toBe("ended");
    expect(await state(scene.of, scene.other)).toBe("live");
    expect(scene.told[0]).toMatchObject({ name: "refresh_token_reused", policy: "end" });
    expect(await count(scene.of, "session_ended", "refresh_token_reused")).toBe(1);
  });

  it("by the policy record ends nothing, and is refused all the same", async () => {
    const scene = await prepare({ policies: { refresh_token_reused: "record" } });
    await reuse(scene);
    expect(await state(scene.of, scene.device)).toBe("live");
    expect(scene.told[0]).toMatchObject({ name: "refresh_token_reused", policy: "record" });
  });
});

describe("RM-02: a remember-me token used twice at the same moment", () => {
  interface Begun extends Device {
    readonly status: number;
  }
  const use = async (of: EndSession, device: Device, userAgent = firefox): Promise<Begun> => {
    const headers = { ...byRememberMe(device), "user-agent": userAgent };
    const answer = await send(of, "GET", "/session", { headers });
    const set = answer.headers.getSetCookie().join();
    const value = (name: string): string => new RegExp(`${name}=([^;]+)`).exec(set)?.[1] ?? "";
    const [cookie, rememberMe] = [value("__Host-es_session"), value("__Host-es_remember")];
    return { ...device, status: answer.status, cookie, rememberMe };
  };

  it("begins one session, and tells nobody", async () => {
    const { of, clock, device, told } = await prepare();
    const [one, two] = await Promise.all([use(of, device), use(of, device)]);
    clock.advance(9999);
    const late = await use(of, device);
    expect([one.status, two.status, late.status]).toEqual([200, 200, 200]);
    expect([two, late]).toEqual([one, one]);
    expect(await state(of, one)).toBe("live");
    expect((await use(of, one)).status).toBe(200);
    expect(told).toEqual([]);
  });

  it.each([
    ["after the grace", (clock: TestClock) => Promise.resolve(clock.advance(10_000))],
    ["once its successor is used", (_: TestClock, of: EndSession, begun: Device) => use(of, begun)],
  ] as const)("ends the device %s", async (_, happen) => {
    const { of, clock, device, told } = await prepare();
    const begun = await use(of, device);
    expect(await use(of, device)).toEqual(begun);
    await happen(clock, of, begun);
    const last = begun.rememberMe;
    expect((await use(of, device)).status).toBe(401);
    expect(await state(of, begun)).toBe("ended");
    expect((await use(of, { ...device, rememberMe: last })).status).toBe(401);
    expect(told[0]?.name).toBe("remember_me_reused");
  });

  it("begins nothing after a logout, and tells nobody", async () => {
    const { of, device, told } = await prepare();
    const begun = await use(of, device);
    await send(of, "POST", "/logout", { headers: byCookie(begun) });
    expect((await use(of, device)).status).toBe(401);
    expect(told).toEqual([]);
  });

  it("hands out its cookies where a fresh proof is demanded first", async () => {
    const policies = { remember_me_reused: "reauthenticate" } as const;
    const { of, clock, device } = await prepare({ policies });
    const begun = await use(of, device);
    clock.advance(60_000);
    await use(of, device);
    const answer = await send(of, "GET", "/sessions", { headers: byRememberMe(begun) });
    expect(answer.body["type"]).toBe("urn:endsession:problem:reauth-required");
    const [set = ""] = answer.headers.getSetCookie();
    const cookie = /__Host-es_session=([^;]+)/.exec(set)?.[1] ?? "";
    expect(await state(of, { ...device, cookie })).toBe("stale");
  });

  it("is judged in another browser as the session's own cookie is", async () => {
    const { of, device, told } = await prepare({ policies: { device_changed: "end" } });
    const begun = await use(of, device);
    expect((await use(of, device, onMac)).status).toBe(401);
    expect(await state(of, begun)).toBe("ended");
    expect(told[0]?.name).toBe("device_changed");
  });
});

describe("RM-02: a remember-me token used twice", () => {
  it.each([
    ["end", "ended"],
    ["reauthenticate", "stale"],
    ["record", "live"],
  ] as const)("by the policy %s leaves what was begun from it %s", async (policy, expected) => {
    const { of, clock, device, other, told } = await prepare({
      policies: { remember_me_reused: policy },
    });
    const use = (): ReturnType<typeof send> =>
      send(of, "GET", "/session", { headers: byRememberMe(device) });
    const first = await use();
    const cookie = /=([^;]+)/.exec(first.headers.getSetCookie()[0] ?? "")?.[1] ?? "";
    clock.advance(60_000);
    expect((await use()).status).toBe(401);
    expect(await state(of, { ...device, cookie })).toBe(expected);
    expect(await state(of, other)).toBe("live");
    expect(told[0]).toMatchObject({ name: "remember_me_reused", policy });
  });
});

describe("the application's own detector", () => {
  it("names a suspicion and its policy from session and request", async () => {
    const { of, device, told } = await prepare({
      detect: (session, request) =>
        session.userId === "ada" && request.address === "192.0.2.7"
          ? { name: "impossible_travel", policy: "end" }
          : undefined,
    });
    expect(await state(of, device)).toBe("ended");
    expect(told[0]?.name).toBe("impossible_travel");
    expect(await count(of, "session_ended", "suspicion")).toBe(1);
  });

  it("a notify that fails undoes nothing", async () => {
    const { of, device } = await prepare({
      policies: { device_changed: "end" },
      notify: () => Promise.reject(new Error("the mail server is down")),
    });
    expect(await state(of, device, onMac)).toBe("ended");
  });
});
