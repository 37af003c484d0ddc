/** Tokens at the routes that judge and revoke them, and the keys that sign them. */
import { tmpdir } from "node:os";
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { EndSession } from "./endsession.ts";
import { sqliteStore } from "./stores/sqlite/store.ts";
import {
  asService,
  byCookie,
  byToken,
  openInstallation,
  send,
  signInDevice,
  TestClock,
} from "./test-support/rig.ts";

const status = async (of: EndSession, device: { cookie: string }): Promise<number> =>
  (await send(of, "GET", "/session", { headers: byCookie(device) })).status;

describe("RI-01 RI-03: POST /revoke", () => {
  const token = async (of: EndSession): Promise<string> => {
    const body = { grant_type: "password", email: "ada", password: "right", client_id: "app" };
    return String((await send(of, "POST", "/token", { body })).body["refresh_token"]);
  };
  const isActive = async (of: EndSession, of_: string): Promise<unknown> =>
    (await send(of, "POST", "/introspect", { headers: asService, body: { token: of_ } })).body[
      "active"
    ];

  it("tells another client that nothing was revoked, and revokes for the right one", async () => {
    const of = await openInstallation();
    const refreshToken = await token(of);
    for (const body of [{ token: refreshToken }, { token: refreshToken, client_id: "other" }]) {
      const refused = await send(of, "POST", "/revoke", { body });
      expect([refused.status, refused.body["error"]]).toEqual([401, "invalid_client"]);
    }
    expect(await isActive(of, refreshToken)).toBe(true);
    const headers = { authorization: `Basic ${btoa("app:")}` };
    const body = { token: refreshToken };
    expect((await send(of, "POST", "/revoke", { headers, body })).status).toBe(200);
    expect(await isActive(of, refreshToken)).toBe(false);
  });

  it("takes an Authorization header that is none for no client", async () => {
    const of = await openInstallation();
    const body = { token: await token(of) };
    for (const odd of [
      "A",
      "QQ=",
      "AAAAA",
      btoa("%zz:"),
      btoa("a\u0000:"),
      btoa("a".repeat(256)),
    ]) {
      const headers = { authorization: `Basic ${odd}` };
      const refused = await send(of, "POST", "/revoke", { headers, body });
      expect([odd, refused.status, refused.body["error"]]).toEqual([odd, 401, "invalid_client"]);
    }
  });

  it("ends the device of a remember-me token", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    await send(of, "POST", "/revoke", { body: { token: device.rememberMe } });
    expect(await status(of, device)).toBe(401);
  });
});

describe("RV-05 RT-02: a resource server that introspects", () => {
  it("takes part in the discovery of copies, and keeps an active session alive", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const device = await signInDevice(of, "ada");
    const refresh = async (token: string): Promise<Record<string, unknown>> => {
      const body = { grant_type: "refresh_token", refresh_token: token };
      return (await send(of, "POST", "/token", { body })).body;
    };
    const introspect = async (token: unknown): Promise<unknown> =>
      (await send(of, "POST", "/introspect", { headers: asService, body: { token } })).body[
        "active"
      ];
    const first = await refresh(device.refreshToken);
    for (let turn = 0; turn < 8; turn += 1) {
      clock.advance(10 * 60_000);
      const next = await refresh(String(first["refresh_token"]));
      if (turn === 0) expect(await introspect(next["access_token"])).toBe(true);
      if (next["error"] !== undefined) {
        expect([turn, next["reason"]]).toEqual([1, "reuse_detected"]);
        return;
      }
    }
    throw new Error("The copy was never found out.");
  });

  it("is refused a session that must prove itself anew", async () => {
    const of = await openInstallation({
      suspicion: { policies: { device_changed: "reauthenticate" } },
    });
    const device = await signInDevice(of, "ada");
    const headers = { ...byCookie(device), "user-agent": "curl/8" };
    await send(of, "GET", "/session", { headers });
    const body = { token: device.accessToken };
    const answer = await send(of, "POST", "/introspect", { headers: asService, body });
    expect(answer.body).toEqual({ active: false });
  });
});

describe("a leaked key", () => {
  it("is void after endInstallation, whatever it signs", async () => {
    const of = await openInstallation();
    const leaked = of.http.core.keys.current();
    const before = await signInDevice(of, "ada");
    await of.sessions.endInstallation();
    const after = await signInDevice(of, "ada");
    expect(decodeProtectedHeader(before.accessToken).kid).toBe(leaked.id);
    expect(decodeProtectedHeader(after.accessToken).kid).not.toBe(leaked.id);
    expect(of.http.core.keys.find(leaked.id)).toBeUndefined();
    const keys = await send(of, "GET", "/.well-known/jwks.json");
    expect(keys.text).not.toContain(leaked.id);
  });

  it("keys that lay open are sealed once there is a secret, and open with no other", async () => {
    const path = `file:${tmpdir()}/endsession-${crypto.randomUUID()}.db`;
    const secret = "a secret of more than 32 characters";
    const open = async (over: object): Promise<EndSession> =>
      openInstallation({ store: await sqliteStore(path), ...over });
    const plain = await open({});
    const token = (await signInDevice(plain, "ada")).accessToken;
    await plain.close();
    const sealed = await open({ secret });
    const stored = await sealed.http.core.truth.query({ kind: "signing_keys" });
    expect(stored.keys.map((key) => [key.sealed, key.privateJwk.includes('"d"')])).toEqual([
      [true, false],
    ]);
    const headers = byToken({ accessToken: token });
    expect((await send(sealed, "GET", "/session", { headers })).status).toBe(200);
    await sealed.close();
    await expect(open({})).rejects.toMatchObject({ code: "ERR_SECRET_MISMATCH" });
    await expect(open({ secret: secret.toUpperCase() })).rejects.toMatchObject({
      code: "ERR_SECRET_MISMATCH",
    });
    const other = await open({ secret, algorithm: "EdDSA" });
    expect(decodeProtectedHeader((await signInDevice(other, "ada")).accessToken).alg).toBe("EdDSA");
    expect((await send(other, "GET", "/session", { headers })).status).toBe(200);
    await other.close();
  });
});

describe("JW-03: an access token of the right key", () => {
  it.each([
    ["auth_version", { auth_version: 2 }, "at+jwt"],
    ["sub", { sub: "bob" }, "at+jwt"],
    ["aud", { aud: "https://other.example" }, "at+jwt"],
    ["iss", { iss: "https://other.example" }, "at+jwt"],
    ["typ", {}, "JWT"],
    ["typ", {}, "endsession-not-me+jwt"],
  ])("whose %s is another one is refused: %j %s", async (_, over, typ) => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const key = of.http.core.keys.current();
    const { payload } = await jwtVerify(device.accessToken, key.publicKey);
    const forged = await new SignJWT({ ...payload, ...over })
      .setProtectedHeader({ alg: "ES256", kid: key.id, typ })
      .sign(key.privateKey);
    const again = await new SignJWT(payload)
      .setProtectedHeader({ alg: "ES256", kid: key.id, typ: "at+jwt" })
      .sign(key.privateKey);
    const at = async (accessToken: string): Promise<number> =>
      (await send(of, "GET", "/session", { headers: byToken({ accessToken }) })).status;
    expect([await at(again), await at(forged)]).toEqual([200, 401]);
  });
});

describe.each(["ES256", "EdDSA", "RS256"] as const)("JW-01: an access token by %s", (algorithm) => {
  it("is refused with any character changed, left out or added", async () => {
    const of = await openInstallation({ algorithm });
    const { accessToken } = await signInDevice(of, "ada");
    const at = async (token: string): Promise<string> =>
      (await of.sessions.authenticate({ kind: "access_token", token })).outcome;
    const wrong = Array.from({ length: 60 }, (_, n) => {
      const place = Math.floor((n * accessToken.length) / 60);
      const other = accessToken[place] === "A" ? "B" : "A";
      return accessToken.slice(0, place) + other + accessToken.slice(place + 1);
    });
    const [header = "", payload = "", signature = ""] = accessToken.split(".");
    wrong.push(
      `${accessToken}A`,
      `${accessToken}=`,
      `${accessToken}.`,
      `${accessToken} `,
      accessToken.slice(0, -1),
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}..${signature}`,
      `${header}.${payload}.${payload}.${signature}`,
      `${header}.${header}.${payload}.${signature}`,
      `.${payload}.${signature}`,
      header,
      "",
    );
    for (const token of wrong) expect(await at(token), token).toBe("unknown");
    expect(await at(accessToken)).toBe("live");
    await of.close();
  });

  it("is judged by its claims, whatever the order of its header", async () => {
    const of = await openInstallation({ algorithm });
    const { accessToken } = await signInDevice(of, "ada");
    const key = of.http.core.keys.current();
    const { payload } = await jwtVerify(accessToken, key.publicKey);
    const usual = { alg: algorithm, kid: key.id, typ: "at+jwt" };
    const unusual = { typ: "at+jwt", kid: key.id, alg: algorithm };
    const expired = { ...payload, exp: Math.floor(Date.now() / 1000) - 1 };
    for (const header of [usual, unusual]) {
      const at = async (claims: JWTPayload): Promise<string> => {
        const token = await new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey);
        return (await of.sessions.authenticate({ kind: "access_token", token })).outcome;
      };
      expect(await at(payload)).toBe("live");
      expect(await at(expired)).toBe("expired");
      expect(await at({ ...expired, aud: "https://other.example" })).toBe("unknown");
      expect(await at({ ...payload, nbf: Math.floor(Date.now() / 1000) + 60 })).toBe("unknown");
    }
    await of.close();
  });
});
