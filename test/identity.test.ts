/** The signed identity that `/verify` gives to upstreams, and what it must never pass for. */
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyOptions, jwtVerify } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import { install, type Installation, origin } from "./support/installation.ts";
import { claimsOf, headerOf } from "./support/jwt.ts";

const audience = "https://app.example/internal";
const expected = { typ: "endsession-identity+jwt", issuer: origin, audience };

interface Open extends Installation {
  /** The cookie and the access token of a new session. */
  device(userId?: string): Promise<{ cookie: string; bearer: string; id: string }>;
  identity(cookie: string): Promise<string>;
  /** What an upstream does, with nothing but the published keys. */
  believes(token: string, options?: JWTVerifyOptions): Promise<boolean>;
}

async function open(options: Parameters<typeof install>[0] = {}): Promise<Open> {
  const installation = await install({ origin, identityAudience: audience, ...options });
  onTestFinished(() => installation.endsession.close());
  const { endsession } = installation;
  const ask: Installation["ask"] = (...call) => installation.ask(...call);
  return {
    ...installation,
    async device(userId = "user-42") {
      const started = await endsession.sessions.start({ userId, tokens: { clientId: null } });
      const cookie = `__Host-es_session=${started.sessionToken ?? ""}`;
      return { cookie, bearer: started.accessToken ?? "", id: started.session.id };
    },
    async identity(cookie) {
      const answer = await ask("GET", "/verify", { cookie });
      return answer.headers.get("x-auth-jwt-assertion") ?? `none: ${answer.status}`;
    },
    async believes(token, checks = expected) {
      const published = await ask("GET", "/.well-known/jwks.json");
      const keys = createLocalJWKSet((await published.json()) as JSONWebKeySet);
      const judged = jwtVerify(token, keys, checks);
      return judged.then(
        () => true,
        () => false,
      );
    },
  };
}

describe("the signed identity", () => {
  test("RV-01: names user, session, tenant, audience and issuer, for a minute", async () => {
    const of = await open();
    const { cookie, id } = await of.device("Zoë");
    const token = await of.identity(cookie);
    expect(headerOf(token)).toMatchObject({ typ: expected.typ, alg: "ES256" });
    const { iat, exp, ...claims } = claimsOf(token);
    expect(claims).toEqual({ iss: origin, aud: audience, sub: "Zoë", sid: id, tenant: "default" });
    expect(Number(exp) - Number(iat)).toBe(60);
    expect(await of.believes(token)).toBe(true);
    expect(await of.believes(token, { ...expected, audience: "another" })).toBe(false);
  });

  test("RV-01: is given by an access token too, and is the same for half a minute", async () => {
    const of = await open();
    const { cookie, bearer } = await of.device();
    const byBearer = await of.ask("GET", "/verify", { bearer });
    expect(await of.believes(byBearer.headers.get("x-auth-jwt-assertion") ?? "")).toBe(true);
    await of.identity(cookie); // The first check is by the store, the next from memory.
    const token = await of.identity(cookie);
    expect(await of.identity(cookie)).toBe(token);
    of.advance(31_000);
    const next = await of.identity(cookie);
    expect(next).not.toBe(token);
    expect(Number(claimsOf(next)["iat"]) - Number(claimsOf(token)["iat"])).toBeGreaterThan(30);
  });

  test("RV-01: is not signed without an audience, and an empty one is no setting", async () => {
    const of = await install({ origin });
    onTestFinished(() => of.endsession.close());
    const { sessionToken } = await of.endsession.sessions.start({ userId: "user-42" });
    const cookie = `__Host-es_session=${sessionToken ?? ""}`;
    const answer = await of.ask("GET", "/verify", { cookie });
    expect([answer.status, answer.headers.get("x-auth-jwt-assertion")]).toEqual([200, null]);
    await expect(install({ identityAudience: "" })).rejects.toThrow('"identityAudience" is empty');
  });

  test("JW-03: is no access token, nor a ticket, even with the audience of both", async () => {
    const of = await open({ identityAudience: origin }); // The audience of access tokens.
    const { cookie } = await of.device();
    const bearer = await of.identity(cookie);
    for (const path of ["/verify", "/session", "/sessions"]) {
      const answer = await of.ask("GET", path, { bearer });
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
    }
    expect((await of.ask("POST", "/logout", { bearer })).status).toBe(401);
    const ticket = { json: { ticket: bearer } };
    expect((await of.ask("POST", "/logout", ticket)).status).toBe(401);
    expect((await of.ask("POST", "/not-me", ticket)).status).toBe(400);
    const introspected = await of.endsession.handler.fetch(
      new Request(`${origin}/introspect`, {
        method: "POST",
        headers: { authorization: `Bearer ${of.endsession.http.settings.serviceToken ?? ""}` },
        body: new URLSearchParams({ token: bearer }),
      }),
    );
    expect(await introspected.json()).toEqual({ active: false });
    expect((await of.ask("GET", "/verify", { cookie })).status).toBe(200);
  });

  test("JW-03: no access token passes for it, even with its audience", async () => {
    const of = await open({ identityAudience: origin });
    const { bearer } = await of.device();
    const checks = { ...expected, audience: origin };
    expect(claimsOf(bearer)).toMatchObject({ aud: origin, iss: origin });
    expect(await of.believes(bearer, { ...checks, typ: "at+jwt" })).toBe(true);
    expect(await of.believes(bearer, checks)).toBe(false);
  });

  test("LO-01 RV-01: is given no more once the session has ended, on whichever way", async () => {
    const of = await open();
    const { sessions } = of.endsession;
    const ends = [
      ({ cookie }: { cookie: string }) => of.ask("POST", "/logout", { cookie }),
      () => sessions.endAll({ userId: "user-42" }),
      () => sessions.securityEvent({ userId: "user-42", type: "password_changed" }),
      () => sessions.endInstallation(),
    ];
    for (const end of ends) {
      const device = await of.device();
      expect(await of.believes(await of.identity(device.cookie))).toBe(true);
      await end(device);
      expect(await of.identity(device.cookie)).toBe("none: 401");
    }
    // The keys are new ones since the last of them.
    expect(await of.believes(await of.identity((await of.device()).cookie))).toBe(true);
  });

  test("RV-01: never outlives the session", async () => {
    const of = await open({ profile: { idle: null, absolute: 90_000 } });
    const { cookie } = await of.device();
    of.advance(70_000);
    const { iat, exp } = claimsOf(await of.identity(cookie));
    expect(Number(exp) - Number(iat)).toBeLessThanOrEqual(20);
  });
});

describe("an answer of /verify", () => {
  test("CK-08 RV-01: sets one cookie at most, and spends no remember-me token", async () => {
    const of = await open({ cookies: { previous: [{ path: "/app" }, { name: "sid" }] } });
    const { cookie } = await of.device();
    const remembered = await of.endsession.sessions.start({ userId: "user-42", rememberMe: true });
    const rememberMe = `__Host-es_remember=${remembered.rememberMeToken ?? ""}`;
    const cases = {
      good: [cookie, 0],
      twins: [`${cookie}; ${cookie}x; ${rememberMe}`, 1],
      junk: [`__Host-es_session=junk; ${rememberMe}`, 1],
      "remember-me alone": [rememberMe, 0],
      nothing: ["a=b", 0],
    } as const;
    for (const [name, [header, count]] of Object.entries(cases)) {
      const answer = await of.ask("GET", "/verify", { cookie: header });
      const lines = answer.headers.getSetCookie();
      expect([name, answer.status, lines.length]).toEqual([
        name,
        name === "good" ? 200 : 401,
        count,
      ]);
      for (const line of lines) expect(line).toMatch(/^__Host-es_session=;/u);
    }
    const restored = await of.ask("GET", "/session", { cookie: rememberMe });
    expect(restored.status).toBe(200);
  });
});
