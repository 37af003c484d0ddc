/** Access tokens that somebody made up, refresh tokens in every order, and the token routes. */
import type { JsonWebKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { json } from "./support/client.ts";
import { signingKeys } from "./support/database.ts";
import { accounts, type Demo, startDemo } from "./support/demo.ts";
import { notMeTicket } from "./support/end-events.ts";
import { install, type Installation, password } from "./support/installation.ts";
import { claimsOf, forgeriesOf, headerOf, signWith, twinSignature } from "./support/jwt.ts";
import { grant, newDevice, refresh, type Tokens, userIdOf } from "./support/sessions.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.stop());

describe("access tokens", () => {
  const routes = ["/me", "/session", "/sessions", "/verify"] as const;

  async function expectForged(forged: string): Promise<void> {
    const device = newDevice(demo);
    for (const path of routes) {
      const answer = await device.get(path, { bearer: forged });
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
    }
    const looked = await device.post("/introspect", {
      bearer: demo.serviceToken,
      form: { token: forged },
    });
    expect(looked.text).toBe('{"active":false}');
    expect((await device.post("/revoke", { form: { token: forged } })).status).toBe(200);
    expect((await device.post("/logout", { bearer: forged })).status).toBe(401);
    expect((await device.post("/logout/all", { bearer: forged })).status).toBe(401);
  }

  test("JW-01 JW-02: no forgery of a live token is believed, and none ends its session", async () => {
    const { access_token: bearer } = await grant(demo, accounts.test);
    const jwks = await newDevice(demo).get("/.well-known/jwks.json");
    const [published] = json<{ keys: JsonWebKey[] }>(jwks).keys;
    for (const [name, forged] of Object.entries(forgeriesOf(bearer, published ?? {}))) {
      await expectForged(forged).catch((error: unknown) => {
        throw new Error(`Believed: ${name}`, { cause: error });
      });
    }
    expect((await newDevice(demo).get("/me", { bearer })).status).toBe(200);
  });

  test("JW-03: a ticket, signed by the right key, is no access token, and the other way round", async () => {
    const ticket = await notMeTicket(demo, await userIdOf(demo, accounts.test));
    const { access_token: bearer } = await grant(demo, accounts.test);
    expect(headerOf(ticket)["kid"]).toBe(headerOf(bearer)["kid"]);
    await expectForged(ticket);
    const asTicket = await newDevice(demo).post("/not-me", { form: { ticket: bearer } });
    expect(asTicket.status).toBe(400);
    expect((await newDevice(demo).get("/me", { bearer })).status).toBe(200);
  });

  test("JW-03: type, issuer, audience and times are checked, even under the right key", async () => {
    const { access_token: bearer } = await grant(demo, accounts.test);
    const [header, claims] = [headerOf(bearer), claimsOf(bearer)];
    const key = (await signingKeys(demo.database)).get(String(header["kid"])) ?? {};
    const made = (head: object, body: object): string =>
      signWith(key, { ...header, ...head }, { ...claims, ...body });
    // The key is the right one: what it signs unchanged is believed.
    expect((await newDevice(demo).get("/me", { bearer: made({}, {}) })).status).toBe(200);

    const now = Math.floor(Date.now() / 1000);
    const wrong = {
      "typ JWT": made({ typ: "JWT" }, {}),
      "typ of a logout token": made({ typ: "logout+jwt" }, {}),
      "typ of a ticket": made({ typ: "endsession-not-me+jwt" }, {}),
      "no typ": made({ typ: undefined }, {}),
      "another issuer": made({}, { iss: "https://evil.example" }),
      "no issuer": made({}, { iss: undefined }),
      "another audience": made({}, { aud: "another" }),
      "no audience": made({}, { aud: undefined }),
      "long expired": made({}, { exp: now - 3600 }),
      "not valid yet": made({}, { nbf: now + 3600 }),
      "no jti": made({}, { jti: undefined }),
      "no sid": made({}, { sid: undefined }),
      "no epoch": made({}, { auth_version: undefined }),
      "another epoch": made({}, { auth_version: 99 }),
      "another user": made({}, { sub: "somebody-else" }),
      "an unknown session": made({}, { sid: "unknown" }),
      "no expiry": made({}, { exp: undefined }),
    };
    for (const [name, token] of Object.entries(wrong)) {
      const answer = await newDevice(demo).get("/me", { bearer: token });
      expect([name, answer.status]).toEqual([name, 401]);
    }
    expect((await newDevice(demo).get("/me", { bearer })).status).toBe(200);
  });

  test("JW-01 JW-03: the token of another installation is refused", async () => {
    const [stranger, { access_token: bearer }] = [
      await install(),
      await grant(demo, accounts.test),
    ];
    onTestFinished(() => stranger.endsession.close());
    const userId = String(claimsOf(bearer)["sub"]);
    const started = await stranger.endsession.sessions.start({
      userId,
      tokens: { clientId: null },
    });
    await expectForged(started.accessToken ?? "");
    expect((await newDevice(demo).get("/me", { bearer })).status).toBe(200);
  });

  test("JW-03 JW-06 JW-09: a token names type, session, epoch and itself, for 15 minutes", async () => {
    const tokens = await grant(demo, accounts.test);
    const claims = claimsOf(tokens.access_token);
    expect(headerOf(tokens.access_token)).toMatchObject({ typ: "at+jwt", alg: "ES256" });
    for (const name of ["iss", "aud", "sub", "jti", "sid", "client_id"]) {
      expect([name, claims[name]]).toEqual([name, expect.stringMatching(/./u)]);
    }
    expect(claims["auth_version"]).toEqual(expect.any(Number));
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(900);
    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 900 });
  });

  test("JW-04 JW-05 JW-10: after the end no other spelling of the token is believed", async () => {
    const { access_token: bearer } = await grant(demo, accounts.test);
    const device = newDevice(demo);
    expect((await device.get("/me", { bearer: twinSignature(bearer) })).status).toBe(200);
    await device.post("/logout", { bearer });
    for (const spelling of [bearer, twinSignature(bearer), `${bearer} `, ` ${bearer}`]) {
      const answer = await device.get("/me", { bearer: spelling });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
    }
  });

  test("CS-07: a bearer token makes cookies count for nothing, good or bad", async () => {
    const { access_token: good } = await grant(demo, accounts.test);
    const guest = newDevice(demo);
    await guest.submit("/login", { ...accounts.guest });
    const me = await guest.get("/me", { bearer: good });
    expect(json(me)["email"]).toBe(accounts.test.email);
    expect((await guest.get("/me", { bearer: "junk".repeat(10) })).status).toBe(401);
    expect((await guest.post("/logout", { bearer: good })).status).toBe(200);
    expect((await guest.get("/me", { bearer: good })).status).toBe(401);
    expect((await guest.get("/me")).status).toBe(200);
  });
});

describe("refresh tokens", () => {
  const second = 1000;
  const minute = 60 * second;

  async function openSite(): Promise<Installation> {
    const site = await install();
    onTestFinished(() => site.endsession.close());
    return site;
  }

  async function signIn(site: Installation, user = "u"): Promise<Tokens> {
    const json_ = { grant_type: "password", email: `${user}@example.com`, password };
    const answer = await site.ask("POST", "/token", { json: json_ });
    return (await answer.json()) as Tokens;
  }

  /** A refresh; the status besides what was answered. */
  async function rotate(
    site: Installation,
    token: string,
  ): Promise<Tokens & { status: number; error?: string }> {
    const fields = { grant_type: "refresh_token", refresh_token: token };
    const answer = await site.ask("POST", "/token", { form: fields });
    return { ...((await answer.json()) as Tokens), status: answer.status };
  }

  const session = async (site: Installation, { access_token }: Tokens): Promise<number> =>
    (await site.ask("GET", "/session", { bearer: access_token })).status;

  test("RT-01: a refresh gives another refresh token", async () => {
    const first = await grant(demo, accounts.test);
    const answer = await refresh(demo, first.refresh_token);
    expect(answer.status).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const next = json<Tokens & Record<string, unknown>>(answer);
    expect(next.refresh_token).not.toBe(first.refresh_token);
    expect((await newDevice(demo).get("/me", { bearer: next.access_token })).status).toBe(200);
  });

  test("RT-02 RT-12 ER-03: a spent token ends its session and no other", async () => {
    const site = await openSite();
    const [first, other] = [await signIn(site), await signIn(site)];
    const next = await rotate(site, first.refresh_token);
    site.advance(minute);
    const newest = await rotate(site, next.refresh_token);
    site.advance(minute);

    const reused = await rotate(site, first.refresh_token);
    expect(reused).toMatchObject({ status: 400, error: "invalid_grant", reason: "reuse_detected" });
    expect(await rotate(site, newest.refresh_token)).toMatchObject({ status: 400 });
    expect(await session(site, newest)).toBe(401);
    expect(await session(site, other)).toBe(200);
    expect((await rotate(site, other.refresh_token)).status).toBe(200);
  });

  test("RT-02: the token before the newest is reuse once the newest was seen and W is over", async () => {
    const site = await openSite();
    const first = await signIn(site);
    const next = await rotate(site, first.refresh_token);
    expect(await session(site, next)).toBe(200);
    site.advance(11 * second);
    expect((await rotate(site, first.refresh_token)).status).toBe(400);
    expect(await session(site, next)).toBe(401);
  });

  test("RT-03 RT-04: a retry after a lost answer gets the same successor, even much later", async () => {
    const site = await openSite();
    const first = await signIn(site);
    const lost = await rotate(site, first.refresh_token);
    for (const pause of [0, 9 * second, 50 * minute]) {
      site.advance(pause);
      const retried = await rotate(site, first.refresh_token);
      expect(retried).toMatchObject({ status: 200, refresh_token: lost.refresh_token });
    }
  });

  test("RT-04 RT-05 RT-06: 64 refreshes of one token at once give one successor", async () => {
    const { refresh_token } = await grant(demo, accounts.owner);
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => refresh(demo, refresh_token)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => json(answer)["refresh_token"])).size).toBe(1);
  });

  test("RT-07: rotation does not move the end of the session", async () => {
    const site = await openSite();
    let tokens = await signIn(site);
    const hours = 60 * minute;
    let refreshes = 0;
    for (; refreshes < 100; refreshes += 1) {
      site.advance(hours / 2);
      const next = await rotate(site, tokens.refresh_token);
      if (next.status !== 200) break;
      expect(await session(site, next)).toBe(200);
      tokens = next;
    }
    // The default profile lets a session live for 24 hours.
    expect(refreshes).toBe(47);
    expect(await session(site, tokens)).toBe(401);
  });

  test("RT-11: a token of another client is refused, and nothing ends", async () => {
    const site = await openSite();
    const started = await site.endsession.sessions.start({
      userId: "u",
      tokens: { clientId: "one" },
    });
    const fields = { grant_type: "refresh_token", refresh_token: started.refreshToken ?? "" };
    const as = async (client: object): Promise<number> =>
      (await site.ask("POST", "/token", { json: { ...fields, ...client } })).status;
    expect(await as({ client_id: "two" })).toBe(400);
    expect(await as({})).toBe(400);
    expect(await as({ client_id: "one" })).toBe(200);
  });

  test("RT-02: a made-up secret under a known family ends nothing", async () => {
    const site = await openSite();
    const tokens = await signIn(site);
    const made = tokens.refresh_token.replace(/\.[^.]*$/u, `.${"A".repeat(49)}`);
    expect((await rotate(site, made)).status).toBe(400);
    expect((await rotate(site, tokens.refresh_token)).status).toBe(200);
  });
});
