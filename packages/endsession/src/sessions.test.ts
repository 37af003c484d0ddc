/** The operations as an application meets them. */
import { describe, expect, it } from "vitest";
import { decodeJwt } from "jose";
import {
  asService,
  byCookie,
  byRememberMe,
  byToken,
  openInstallation,
  send,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

const minute = 60_000;
const hour = 60 * minute;

describe("a fresh proof of identity", () => {
  it.each([
    ["POST", "/logout/all", { keep_current: true }],
    ["DELETE", "/sessions/{other}", undefined],
  ])("LA-05 RA-02: %s %s needs one within 15 minutes", async (method, template, body) => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const other = await signInDevice(of, "ada");
    const path = template.replace("{other}", other.sessionId);
    const init = { headers: byCookie(device), ...(body && { body }) };
    clock.advance(15 * minute);
    const refused = await send(of, method, path, init);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe(
      'Bearer error="insufficient_user_authentication", max_age="900"',
    );
    expect((await send(of, "GET", "/session", { headers: byCookie(other) })).status).toBe(200);

    const proof = { headers: byCookie(device), body: { password: "right" } };
    const renewed = await send(of, "POST", "/reauthenticate", proof);
    expect(renewed.status).toBe(200);
    const cookie = /=([^;]+)/.exec(renewed.headers.getSetCookie()[0] ?? "")?.[1] ?? "";
    const again = { ...init, headers: byCookie({ cookie }) };
    expect((await send(of, method, path, again)).status).toBe(200);
    expect((await send(of, "GET", "/session", { headers: byCookie(other) })).status).toBe(401);
  });

  it("ending one's own session, or all of them, never asks (P5)", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const [one, two] = [await signInDevice(of, "ada"), await signInDevice(of, "bob")];
    clock.advance(30 * minute);
    expect((await send(of, "POST", "/logout", { headers: byCookie(one) })).status).toBe(200);
    expect((await send(of, "POST", "/logout/all", { headers: byCookie(two) })).status).toBe(200);
  });

  it("RA-01 TO-06: is the session's own, gives a new id, and moves both timers", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const [device, other] = [await signInDevice(of, "ada"), await signInDevice(of, "ada")];
    clock.advance(50 * minute);
    const proof = { headers: byCookie(device), body: { password: "right" } };
    const renewed = await send(of, "POST", "/reauthenticate", proof);
    const session = renewed.body["session"] as Record<string, string>;
    expect(session["id"]).not.toBe(device.sessionId);
    expect(session["authenticated_at"]).toBe(new Date(clock.now()).toISOString());
    expect(session["expires_at"]).toBe(new Date(clock.now() + 24 * hour).toISOString());
    expect((await send(of, "GET", "/session", { headers: byCookie(device) })).status).toBe(401);
    const still = { headers: byCookie(other), body: { keep_current: true } };
    expect((await send(of, "POST", "/logout/all", still)).status).toBe(401);
  });

  it("TO-06 RT-07: a new id without a proof moves neither the proof's age nor the absolute end", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const before = await send(of, "GET", "/session", { headers: byCookie(device) });
    clock.advance(10 * minute);
    const keep = { headers: byCookie(device), body: { keep_current: true } };
    const kept = await send(of, "POST", "/logout/all", keep);
    const cookie = /=([^;]+)/.exec(kept.headers.getSetCookie()[0] ?? "")?.[1] ?? "";
    const after = await send(of, "GET", "/session", { headers: byCookie({ cookie }) });
    const [old, renewed] = [before, after].map(
      ({ body }) => body["session"] as Record<string, string>,
    );
    expect(renewed?.["id"]).not.toBe(old?.["id"]);
    for (const time of ["created_at", "authenticated_at", "expires_at"]) {
      expect([time, renewed?.[time]]).toEqual([time, old?.[time]]);
    }
  });

  it("a wrong password renews nothing and ends nothing", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const proof = { headers: byCookie(device), body: { password: "wrong" } };
    expect((await send(of, "POST", "/reauthenticate", proof)).status).toBe(401);
    expect((await send(of, "GET", "/session", { headers: byCookie(device) })).status).toBe(200);
  });
});

describe("the timeouts", () => {
  it("TO-01 TO-04: activity moves the idle timeout, and only activity", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const headers = byCookie(device);
    for (let call = 0; call < 3; call += 1) {
      clock.advance(40 * minute);
      expect((await send(of, "GET", "/session", { headers })).status).toBe(200);
    }
    clock.advance(60 * minute);
    const idle = await send(of, "GET", "/session", { headers });
    expect([idle.status, idle.body["reason"]]).toEqual([401, "expired_idle"]);
  });

  it("TO-03: polling in the background and refreshing keep no session alive", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const headers = byCookie(device);
    let { refreshToken } = device;
    for (let call = 0; call < 3; call += 1) {
      clock.advance(19 * minute);
      const poll = await send(of, "GET", "/session?background=true", { headers });
      expect(poll.status).toBe(200);
      const body = { grant_type: "refresh_token", refresh_token: refreshToken };
      refreshToken = String((await send(of, "POST", "/token", { body })).body["refresh_token"]);
    }
    clock.advance(3 * minute);
    expect((await send(of, "GET", "/session", { headers })).body["reason"]).toBe("expired_idle");
  });

  it("TO-02 RT-07: neither activity nor rotation moves the absolute end", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    let { refreshToken } = device;
    for (let call = 0; call < 47; call += 1) {
      clock.advance(30 * minute);
      await send(of, "GET", "/session", { headers: byCookie(device) });
      const body = { grant_type: "refresh_token", refresh_token: refreshToken };
      const answer = await send(of, "POST", "/token", { body });
      expect(answer.status).toBe(200);
      refreshToken = String(answer.body["refresh_token"]);
    }
    clock.advance(30 * minute);
    const late = await send(of, "GET", "/session", { headers: byCookie(device) });
    expect(late.body["reason"]).toBe("expired_absolute");
    const body = { grant_type: "refresh_token", refresh_token: refreshToken };
    const refused = await send(of, "POST", "/token", { body });
    expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_grant"]);
  });

  it("JW-09: an access token outlives neither 15 minutes nor its session", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock, profile: { idle: null, absolute: 10 * minute } });
    const short = decodeJwt((await signInDevice(of, "ada")).accessToken);
    expect(Number(short.exp) * 1000).toBe(clock.now() + 10 * minute);
    const long = await openInstallation({ clock });
    const claims = decodeJwt((await signInDevice(long, "ada")).accessToken);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
  });

  it("JW-10 ER-03: an expired access token is a 401 that leaves its session alone", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    clock.advance(15 * minute);
    const refused = await send(of, "GET", "/session", { headers: byToken(device) });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(refused.body["reason"]).toBeUndefined();
    expect((await send(of, "GET", "/session", { headers: byCookie(device) })).status).toBe(200);
    expect((await send(of, "POST", "/logout", { headers: byToken(device) })).status).toBe(200);
    expect((await send(of, "GET", "/session", { headers: byCookie(device) })).status).toBe(401);
  });
});

describe("the remembered device", () => {
  it("RM-03 RM-04: is marked, keeps the age of its proof, and must prove itself", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const signedInAt = clock.now();
    clock.advance(48 * hour);
    const start = await send(of, "GET", "/session", { headers: byRememberMe(device) });
    const session = start.body["session"] as Record<string, unknown>;
    expect(session["methods"]).toEqual(["remember_me"]);
    expect(session["authenticated_at"]).toBe(new Date(signedInAt).toISOString());
    const cookie = /=([^;]+)/.exec(start.headers.getSetCookie()[0] ?? "")?.[1] ?? "";
    const others = { headers: byCookie({ cookie }), body: { keep_current: true } };
    expect((await send(of, "POST", "/logout/all", others)).status).toBe(401);
  });

  it("CK-11: is remembered for at most 400 days", async () => {
    await expect(openInstallation({ rememberMeDays: 401 })).rejects.toThrow(/"rememberMeDays"/);
  });
});

describe("tenants", () => {
  it("I18: no credential of one is anything in another, at any route", async () => {
    const of = await openInstallation({ tenant: (head) => head.headers.get("x-tenant") ?? "" });
    const credentials = await of.sessions.start({
      tenantId: "red",
      userId: "ada",
      tokens: { clientId: null },
      rememberMe: true,
    });
    const device = {
      cookie: credentials.sessionToken ?? "",
      accessToken: credentials.accessToken ?? "",
      rememberMe: credentials.rememberMeToken ?? "",
    };
    const inTenant = (tenant: string, headers: Record<string, string>): Record<string, string> => ({
      ...headers,
      "x-tenant": tenant,
    });
    const get = async (headers: Record<string, string>): Promise<number> =>
      (await send(of, "GET", "/session", { headers })).status;
    for (const headers of [byCookie(device), byToken(device), byRememberMe(device)]) {
      expect(await get(inTenant("blue", headers))).toBe(401);
      await send(of, "POST", "/logout", { headers: inTenant("blue", headers) });
    }
    const body = { token: credentials.refreshToken };
    await send(of, "POST", "/revoke", { headers: { "x-tenant": "blue" }, body });
    expect(
      await of.sessions.endOne({
        ...credentials.session,
        tenantId: "blue",
        sessionId: credentials.session.id,
      }),
    ).toBeNull();
    await of.sessions.endAll({ userId: "ada", tenantId: "blue" });
    await of.sessions.endTenant("blue");
    expect(await of.sessions.audit({ tenantId: "blue", userId: "ada" })).toHaveLength(1);
    for (const headers of [byCookie(device), byToken(device), byRememberMe(device)]) {
      expect(await get(inTenant("red", headers))).toBe(200);
    }
    await of.sessions.endTenant("red");
    expect(await get(inTenant("red", byToken(device)))).toBe(401);
  });
});

describe("what the holder of an ended credential is told", () => {
  it.each([
    ["logged_out", "/logout"],
    ["revoked_elsewhere", "/logout/all"],
  ])("ER-03 LA-09: %s", async (reason, path) => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    await send(of, "POST", path, { headers: byCookie(device) });
    const answer = await send(of, "GET", "/session", { headers: byCookie(device) });
    expect(answer.body).toMatchObject({ status: 401, code: 401, reason });
    const stranger = byCookie({
      cookie: device.cookie.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
    });
    const unknown = await send(of, "GET", "/session", { headers: stranger });
    expect(unknown.body["reason"]).toBeUndefined();
  });

  it("LA-06: a change of password ends the others and renews the current session", async () => {
    const of = await openInstallation();
    const [current, other] = [await signInDevice(of, "ada"), await signInDevice(of, "ada")];
    const body = {
      type: "password_changed",
      user_id: "ada",
      current_session_id: current.sessionId,
    };
    const answer = await send(of, "POST", "/security-events", { headers: asService, body });
    const setCookie = answer.body["set_cookie"] as string[];
    const cookie = /=([^;]+)/.exec(setCookie[0] ?? "")?.[1] ?? "";
    const told = await send(of, "GET", "/session", { headers: byCookie(other) });
    expect(told.body["reason"]).toBe("credentials_changed");
    expect((await send(of, "GET", "/session", { headers: byCookie(current) })).status).toBe(401);
    expect((await send(of, "GET", "/session", { headers: byCookie({ cookie }) })).status).toBe(200);
  });

  it("a late answer to an old id does not delete the cookie of its successor", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const proof = { headers: byCookie(device), body: { password: "right" } };
    await send(of, "POST", "/reauthenticate", proof);
    const late = await send(of, "GET", "/session", { headers: byCookie(device) });
    expect(late.status).toBe(401);
    expect(late.headers.getSetCookie()).toEqual([]);
  });
});
