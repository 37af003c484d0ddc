/** Faults that were found once, each with the smallest case that showed it. */
import { tmpdir } from "node:os";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { EndSession } from "./endsession.ts";
import { sqliteStore } from "./stores/sqlite/store.ts";
import {
  asService,
  byCookie,
  byRememberMe,
  byToken,
  type Device,
  openInstallation,
  send,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

const cookieIn = (headers: Headers, name = "__Host-es_session"): string =>
  headers
    .getSetCookie()
    .find((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(";")[0] ?? "";

const status = async (of: EndSession, device: { cookie: string }): Promise<number> =>
  (await send(of, "GET", "/session", { headers: byCookie(device) })).status;

const remember = async (of: EndSession, device: { rememberMe: string }): Promise<Device> => {
  const answer = await send(of, "GET", "/session", { headers: byRememberMe(device) });
  const { headers } = answer;
  return {
    ...(device as Device),
    cookie: cookieIn(headers),
    rememberMe: cookieIn(headers, "__Host-es_remember"),
  };
};

describe("RM-01 LO-07: a logout reaches the whole device", () => {
  it("with a remember-me token that another request has just spent", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const begun = await remember(of, device);
    await send(of, "POST", "/logout", { headers: byRememberMe(device) });
    expect(await status(of, begun)).toBe(401);
    expect((await remember(of, begun)).cookie).toBe("");
  });

  it("with the session that was there before the browser was restarted, and after", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const before = await signInDevice(of, "ada");
    const after = await remember(of, before);
    expect(await status(of, before), "one live session a device").toBe(401);
    await send(of, "POST", "/logout", { headers: byCookie(before) });
    expect(await status(of, after)).toBe(401);
  });

  it("with every twin of the remember-me cookie", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const name = "__Host-es_remember";
    const cookie = `${name}=junk; ${name}=${device.rememberMe}`;
    await send(of, "POST", "/logout", { headers: { ...byCookie(device), cookie } });
    expect((await remember(of, device)).cookie).toBe("");
  });

  it("when somebody else signs in on it", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const init = { headers: byRememberMe(device), body: { email: "bob", password: "right" } };
    const signedIn = await send(of, "POST", "/login", init);
    expect(signedIn.status).toBe(200);
    expect(cookieIn(signedIn.headers, "__Host-es_remember")).toBe("");
    expect((await remember(of, device)).cookie).toBe("");
    expect(await status(of, device)).toBe(401);
  });

  it("even when only a dead session asks for a logout everywhere", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    clock.advance(2 * 3_600_000);
    const both = `${byCookie(device)["cookie"]}; ${byRememberMe(device)["cookie"]}`;
    const headers = { ...byCookie(device), cookie: both };
    const answer = await send(of, "POST", "/logout/all", { headers });
    expect(answer.status).toBe(401);
    expect(answer.body["detail"]).toContain("other devices are untouched");
    expect((await remember(of, device)).cookie).toBe("");
  });
});

describe("LO-01: an old id ends what it was continued by", () => {
  it.each<[string, (of: EndSession, device: Device) => Promise<unknown>]>([
    ["cookie", (of, device) => send(of, "POST", "/logout", { headers: byCookie(device) })],
    ["access token", (of, device) => send(of, "POST", "/logout", { headers: byToken(device) })],
    [
      "refresh token",
      (of, device) => send(of, "POST", "/revoke", { body: { token: device.refreshToken } }),
    ],
  ])("by the old %s", async (_, end) => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const proof = { headers: byCookie(device), body: { password: "right" } };
    const renewed = await send(of, "POST", "/reauthenticate", proof);
    const cookie = cookieIn(renewed.headers);
    expect(await status(of, { cookie })).toBe(200);
    await end(of, device);
    expect(await status(of, { cookie })).toBe(401);
  });
});

describe("LA-02: who logs out the other devices stays signed in", () => {
  const keep = (of: EndSession, device: { cookie: string }): ReturnType<typeof send> =>
    send(of, "POST", "/logout/all", { headers: byCookie(device), body: { keep_current: true } });
  const live = async (of: EndSession): Promise<number> =>
    (await of.sessions.list({ userId: "ada" })).length;

  it("after a double click, at once or one after the other", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    await signInDevice(of, "ada");
    const answers = await Promise.all([keep(of, device), keep(of, device)]);
    expect(answers.map(({ status: code }) => code).toSorted((a, b) => a - b)).toEqual([200, 401]);
    const good = answers.find(({ status: code }) => code === 200);
    const cookie = cookieIn(good?.headers ?? new Headers());
    expect([await status(of, { cookie }), await live(of)]).toEqual([200, 1]);
    const late = await keep(of, device);
    expect([late.status, late.headers.getSetCookie()]).toEqual([401, []]);
    expect([await status(of, { cookie }), await live(of)]).toEqual([200, 1]);
  });

  it("and a password that is changed twice with one session renews it twice", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const [session] = await of.sessions.list({ userId: "ada" });
    if (!session) throw new Error("no session");
    const change = (): Promise<{ credentials: { sessionToken: string | null } | null }> =>
      of.sessions.securityEvent({ userId: "ada", type: "password_changed", current: session });
    await change();
    const second = await change();
    expect(await status(of, { cookie: second.credentials?.sessionToken ?? "" })).toBe(200);
    expect([await status(of, device), await live(of)]).toEqual([401, 1]);
  });
});

describe("I18: a token of one tenant at another's logout", () => {
  it("is told that it ended nothing", async () => {
    const of = await openInstallation({ tenant: (head) => head.headers.get("x-tenant") ?? "" });
    const { accessToken } = await of.sessions.start({
      tenantId: "red",
      userId: "ada",
      tokens: { clientId: null },
    });
    const at = async (tenant: string, method: string, path: string): Promise<number> => {
      const headers = { ...byToken({ accessToken: accessToken ?? "" }), "x-tenant": tenant };
      return (await send(of, method, path, { headers })).status;
    };
    expect(await at("blue", "POST", "/logout")).toBe(401);
    expect(await at("red", "GET", "/session")).toBe(200);
  });
});

describe("a sign-in over a live session", () => {
  it("a late answer to the old cookie deletes nothing", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const init = { headers: byCookie(device), body: { email: "ada", password: "right" } };
    await send(of, "POST", "/login", init);
    const late = await send(of, "GET", "/session", { headers: byCookie(device) });
    expect([late.status, late.headers.getSetCookie()]).toEqual([401, []]);
  });

  it("ends the cookie's session whatever else the request presents", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const headers = { ...byCookie(device), authorization: "Bearer something-else-entirely" };
    await send(of, "POST", "/login", { headers, body: { email: "bob", password: "right" } });
    expect(await status(of, device)).toBe(401);
  });
});

describe("AU-02: a refresh token used after the logout", () => {
  it("is noted like every other credential", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    await send(of, "POST", "/logout", { headers: byCookie(device) });
    const body = { grant_type: "refresh_token", refresh_token: device.refreshToken };
    await send(of, "POST", "/token", { body });
    const entries = await of.sessions.audit({ userId: "ada" });
    expect(entries[0]?.type).toBe("session_use_after_expire");
  });
});

describe("RL-02: the limit of logouts", () => {
  it("burnt by a dead cookie does not stand in the way of ending the other devices", async () => {
    const of = await openInstallation({ rateLimit: { limit: 3 } });
    const [victim, thief, dead] = [
      await signInDevice(of, "ada"),
      await signInDevice(of, "ada"),
      await signInDevice(of, "ada"),
    ];
    for (let call = 0; call < 6; call += 1) {
      await send(of, "POST", "/logout", { headers: byCookie(dead) });
    }
    for (let call = 0; call < 6; call += 1) {
      const path = `/sessions/${dead.sessionId}`;
      const again = await send(of, "DELETE", path, { headers: byCookie(thief) });
      expect(again.status, "what is over may be ended again").toBe(200);
    }
    const keep = { headers: byCookie(victim), body: { keep_current: true } };
    expect((await send(of, "POST", "/logout/all", keep)).status).toBe(200);
    expect(await status(of, thief)).toBe(401);
  });
});

describe("SS-10 LA-07: a disabled account and a compromise keep no session", () => {
  it.each(["account_disabled", "compromise_reported"])(
    "%s ends the one in which it was reported as well",
    async (type) => {
      const of = await openInstallation();
      const device = await signInDevice(of, "ada");
      const body = { type, user_id: "ada", current_session_id: device.sessionId };
      const answer = await send(of, "POST", "/security-events", { headers: asService, body });
      expect([answer.status, answer.body["set_cookie"]]).toEqual([200, undefined]);
      expect(answer.body["receipt"]).toMatchObject({ scope: "all" });
      expect(await status(of, device)).toBe(401);
    },
  );
});

describe("LO-08: a sign-in leads to this site alone", () => {
  it.each(["/.//evil.example", "/x/..//evil.example", "/%2e//evil.example", "//evil.example"])(
    "not to %s",
    async (next) => {
      const of = await openInstallation();
      const body = new URLSearchParams({ email: "ada", password: "right", next }).toString();
      const headers = {
        accept: "text/html",
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
      };
      const answer = await send(of, "POST", "/login", { headers, body });
      expect(new URL(answer.headers.get("location") ?? "", "https://app.example").host).toBe(
        "app.example",
      );
    },
  );
});

describe("small things that did harm", () => {
  it("a session limit of one leaves a remembered device its token", async () => {
    const of = await openInstallation({ sessionLimit: 1 });
    let device = await signInDevice(of, "ada");
    for (let restart = 0; restart < 3; restart += 1) {
      device = await remember(of, device);
      expect(await status(of, device)).toBe(200);
    }
  });

  it("P5: a notify that never returns keeps nobody waiting", async () => {
    const notify = (): Promise<void> => new Promise(() => undefined);
    const of = await openInstallation({ suspicion: { notify } });
    const device = await signInDevice(of, "ada");
    await send(of, "POST", "/logout", { headers: byCookie(device) });
    expect(await status(of, device)).toBe(401);
  });

  it("a proof given on the new device settles the suspicion of a changed device", async () => {
    const of = await openInstallation({
      suspicion: { policies: { device_changed: "reauthenticate" } },
    });
    const device = await signInDevice(of, "ada");
    const moved = (cookie: string): Record<string, string> => ({
      ...byCookie({ cookie }),
      "user-agent": "curl/8",
    });
    await send(of, "GET", "/session", { headers: moved(device.cookie) });
    const proof = { headers: moved(device.cookie), body: { password: "right" } };
    const cookie = cookieIn((await send(of, "POST", "/reauthenticate", proof)).headers);
    for (let call = 0; call < 3; call += 1) {
      expect((await send(of, "GET", "/sessions", { headers: moved(cookie) })).status).toBe(200);
    }
  });

  it("DESIGN 5: an access token whose session is long cleared away is no forgery", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    clock.advance(5 * 24 * 3_600_000);
    await of.sessions.sweep();
    expect((await send(of, "POST", "/logout", { headers: byToken(device) })).status).toBe(200);
    expect((await send(of, "GET", "/session", { headers: byToken(device) })).status).toBe(401);
  });

  it("a slip of a script, Bearer undefined, does not hide the cookie beside it", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const headers = { ...byCookie(device), authorization: "Bearer undefined" };
    expect((await send(of, "POST", "/logout", { headers })).status).toBe(200);
    expect(await status(of, device)).toBe(401);
  });

  it("a misspelt keep_current does not end the caller", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const init = { headers: byCookie(device), body: { keepCurrent: true } };
    expect((await send(of, "POST", "/logout/all", init)).status).toBe(400);
    expect(await status(of, device)).toBe(200);
  });

  it('nobody in the account can use up the "this was not me" link, and the application is told', async () => {
    const told: string[] = [];
    const of = await openInstallation({ onNotMe: ({ userId }) => void told.push(userId) });
    const body = { ticket: await of.sessions.notMeTicket({ userId: "ada" }) };
    const thief = await signInDevice(of, "ada");
    const keep = { headers: byCookie(thief), body: { keep_current: true } };
    const kept = cookieIn((await send(of, "POST", "/logout/all", keep)).headers);
    expect((await send(of, "POST", "/not-me", { body })).status).toBe(200);
    expect([await status(of, { cookie: kept }), told]).toEqual([401, ["ada"]]);
  });

  it("processes on one file keep up with each other's keys", async () => {
    const path = `file:${tmpdir()}/endsession-${crypto.randomUUID()}.db`;
    const open = async (): Promise<EndSession> =>
      openInstallation({ store: await sqliteStore(path) });
    const [one, two] = [await open(), await open()];
    const old = await signInDevice(two, "ada");
    const leaked = two.http.core.keys.current();
    await one.sessions.endInstallation();
    const device = await signInDevice(one, "ada");
    const at = async (of: EndSession, accessToken: string): Promise<number> =>
      (await send(of, "GET", "/session", { headers: byToken({ accessToken }) })).status;
    expect([await at(two, old.accessToken), await at(two, device.accessToken)]).toEqual([401, 200]);
    const forged = await new SignJWT({ sid: device.sessionId, auth_version: 1 })
      .setProtectedHeader({ alg: "ES256", kid: leaked.id, typ: "at+jwt" })
      .setIssuer("https://app.example")
      .setAudience("https://app.example")
      .setSubject("ada")
      .setJti("forged")
      .setExpirationTime("10 years")
      .sign(leaked.privateKey);
    expect([await at(one, forged), await at(two, forged)]).toEqual([401, 401]);
    await one.sessions.endInstallation();
    const signedByTwo = await signInDevice(two, "ada");
    expect(await at(one, signedByTwo.accessToken), "signed with the new key").toBe(200);
    await one.close();
    await two.close();
  });

  it("I5: a back end's sign-in with a mark does not outlive a change of password", async () => {
    const of = await openInstallation();
    const { mark } = (await send(of, "GET", "/mark", { headers: asService })).body;
    const event = { type: "password_changed", user_id: "ada" };
    await send(of, "POST", "/security-events", { headers: asService, body: event });
    const body = { user_id: "ada", after: mark };
    const refused = await send(of, "POST", "/sessions", { headers: asService, body });
    expect([refused.status, refused.body["code"]]).toEqual([409, 409]);
    const fresh = { headers: asService, body: { user_id: "ada" } };
    expect((await send(of, "POST", "/sessions", fresh)).status).toBe(201);
  });

  it.each([
    [{ suspicion: { policies: { refresh_token_reused: "off" } } }, /"suspicion.policies"/],
    [{ rateLimit: { limit: 0 } }, /"rateLimit.limit" is 0/],
    [{ cookies: { sameSite: "lax; Domain=evil" } }, /"cookies.sameSite"/],
    [{ pages: { signIn: "/anmelden-für-alle" } }, /"pages"/],
    [{ secret: "short" }, /"secret" has 5 characters/],
    [{ origin: "https://app.example/" }, /"origin" is/],
    [{ basePath: "auth/" }, /"basePath" is/],
  ])("a setting that makes no sense is refused at start: %j", async (options, sentence) => {
    await expect(openInstallation(options as object)).rejects.toThrow(sentence);
  });
});
