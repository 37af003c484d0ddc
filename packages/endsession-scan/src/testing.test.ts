import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { capture, expectAlive, expectDead } from "./testing.ts";
import type { Captured } from "./testing.ts";
import { startApplication } from "./testing/test-support/application.ts";
import type { Application, Behaviour } from "./testing/test-support/application.ts";
import { selfSigned } from "./testing/test-support/self-signed.ts";

const running: Application[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()));
});

async function application(behaviour: Behaviour = {}): Promise<Application> {
  const started = await startApplication(behaviour);
  running.push(started);
  return started;
}

/** A capture of a new session, and its logout. */
async function signedIn(
  behaviour: Behaviour = {},
): Promise<{ app: Application; session: Captured; logOut: () => Promise<Response> }> {
  const app = await application(behaviour);
  const session = await capture(await app.signIn(), { probe: "/account" });
  const logOut = (): Promise<Response> =>
    fetch(`${app.url}/logout`, { method: "POST", headers: session.headersFor("/logout") });
  return { app, session, logOut };
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error("Nothing was thrown.");
}

describe("expectDead", () => {
  test("holds for a session that the logout has ended", async () => {
    const { session, logOut } = await signedIn();
    await logOut();
    const seen = await expectDead(session);
    expect(seen).toEqual({ requests: 10, deadAfter: expect.any(Number) as number });
  });

  test("asks by parallel connections that were never used before", async () => {
    const { app, session, logOut } = await signedIn();
    await logOut();
    const before = app.asked.map(({ connection }) => connection);
    await expectDead(session, { connections: 7 });
    const now = app.asked.slice(before.length).map(({ connection }) => connection);
    expect(now).toHaveLength(7);
    expect(new Set(now).size).toBe(7);
    expect(now.filter((one) => before.includes(one))).toEqual([]);
  });

  test("shows what a surviving session was accepted with, and no secret", async () => {
    const { session, logOut } = await signedIn({ logout: "nothing" });
    const sid = session.headersFor("/")["cookie"]?.slice(4) ?? "";
    await logOut();
    const error = await errorOf(expectDead(session));
    expect(error).toMatchObject({
      name: "SessionStillAliveError",
      accepted: [{ status: 200, carriers: ["cookie sid"] }],
    });
    expect(error.message).toMatch(
      /^The session is still alive after its logout: GET http:\/\/127\.0\.0\.1:\d+\/account answered 200 to the cookie sid, \d+ ms after the call on all of 10 connections\.$/mu,
    );
    expect(error.message).toContain("How the probe tells: signed in 200, anonymous 401.");
    expect(error.message).toMatch(/^ {2}> cookie: sid=sha256:[\da-f]{8}$/mu);
    expect(error.message).toMatch(/^ {2}< 200$/mu);
    expect(error.message).toMatch(/^What to do: End the session .+\(session-survives-logout\)$/mu);
    expect(sid).toMatch(/^[\da-f]{32}$/u);
    expect(inspect([error, session], { depth: 9, showHidden: true })).not.toContain(sid);
    // The first line of the stack is the test's, for the runner to show.
    expect(error.stack?.split("\n").find((line) => line.startsWith("    at "))).toContain(
      "testing.test.ts",
    );
  });

  test("gives a session as long as it is told to", async () => {
    const slow = await signedIn({ logout: 15 });
    await slow.logOut();
    await expect(expectDead(slow.session)).rejects.toThrow(/still alive/u);
    const { deadAfter, requests } = await expectDead(slow.session, { within: 1000 });
    // After one that was accepted, two rounds have to be refused.
    expect(requests).toBe(30);
    expect(deadAfter).toBeGreaterThan(0);

    const never = await signedIn({ logout: "nothing" });
    await never.logOut();
    const error = await errorOf(expectDead(never.session, { within: 200 }));
    expect(error.message).toMatch(/; it had to be dead within 0\.2 s\./u);
    expect(error).toMatchObject({ accepted: [{ after: expect.toSatisfy((it) => it >= 200) }] });
  });

  test("takes a sign-in form for a refusal, whatever its status", async () => {
    for (const strangers of ["form", "redirect"] as const) {
      const right = await signedIn({ strangers });
      await right.logOut();
      await expectDead(right.session);
      const wrong = await signedIn({ strangers, logout: "nothing" });
      await wrong.logOut();
      await expect(expectDead(wrong.session)).rejects.toThrow(/answered 200 to the cookie sid/u);
    }
  });

  test("replays a token of a header, and says what to do about tokens", async () => {
    for (const logout of ["ends", "nothing"] as const) {
      const app = await application({ logout });
      const { token } = (await (await app.signIn()).json()) as { token: string };
      const headers = { Authorization: `Bearer ${token}` };
      const session = await capture({ headers }, { probe: `${app.url}/account` });
      expect(session.carriers).toEqual(["header authorization"]);
      await fetch(`${app.url}/logout`, { method: "POST", headers });
      if (logout === "ends") {
        await expectDead(session);
        continue;
      }
      const { message } = await errorOf(expectDead(session));
      expect(message).toMatch(/answered 200 to the header authorization,/u);
      expect(message).toMatch(/^ {2}> authorization: Bearer sha256:[\da-f]{8}$/mu);
      expect(message).toContain("(token-survives-logout)");
      expect(message).not.toContain(token);
    }
  });

  test("cannot judge what fails", async () => {
    const { session, logOut, app } = await signedIn({ fails: 3 });
    await logOut();
    expect(await errorOf(expectDead(session))).toMatchObject({
      name: "ScanError",
      kind: "cannot-judge",
      message: expect.stringMatching(
        /answered 500, which is neither .+ 3 of 10 answers were unclear\. The application failed/u,
      ) as string,
    });
    await app.stop();
    running.length = 0;
    await expect(expectDead(session)).rejects.toThrow(/answered nothing \(.*ECONNREFUSED/u);
  });

  test("replays the values that a replaced cookie had, too", async () => {
    const { session, logOut } = await signedIn({ rotates: true });
    await logOut();
    const { message } = await errorOf(expectDead(session));
    expect(message).toMatch(/answered 200 to the cookie sid with an earlier value,/u);
  });

  test("tries every part alone", async () => {
    const { session, logOut } = await signedIn({ remembers: true });
    await logOut();
    const { message } = await errorOf(expectDead(session));
    expect(message).toMatch(/answered 200 to the cookies sid and remember,/u);
    expect(message).toMatch(/^Also accepted: the cookie remember alone on GET /mu);
    expect(message).not.toContain("cookie sid alone");
  });

  test("refuses options that make no sense", async () => {
    const { session } = await signedIn();
    await expect(expectDead(session, { within: -1 })).rejects.toThrow(/within is -1/u);
    await expect(expectDead(session, { connections: 17 })).rejects.toThrow(/from 1 to 16/u);
    await expect(expectDead({ ...session })).rejects.toThrow(/not what capture\(\) gave/u);
  });
});

describe("expectAlive", () => {
  test("holds for the other device, and for no other", async () => {
    const { app, session, logOut } = await signedIn();
    const other = await capture(await app.signIn(), { probe: ["/account", "/orders"] });
    await logOut();
    expect(await expectAlive(other)).toEqual({ requests: 2 });
    expect(await errorOf(expectAlive(session))).toMatchObject({
      name: "SessionDeadError",
      message: expect.stringMatching(/answered 401 to the cookie sid, which it had accepted/u),
      refused: [{ status: 401 }],
    });
  });

  test("cannot judge what fails", async () => {
    const { session, logOut } = await signedIn({ fails: 1 });
    await logOut();
    await expect(expectAlive(session)).rejects.toThrow(/cannot be told: .+ answered 500/u);
  });
});

describe("capture", () => {
  test("throws when it is not accepted at that moment", async () => {
    const { app, session, logOut } = await signedIn();
    const headers = session.headersFor("/");
    await logOut();
    await expect(
      capture({ cookies: headers["cookie"] ?? "" }, { probe: `${app.url}/account` }),
    ).rejects.toThrow(/answered 401 to the cookie sid, which is no answer for somebody signed in/u);
  });

  test("throws when the probe does not tell signed in from anonymous", async () => {
    const app = await application();
    const answer = await app.signIn();
    expect(await errorOf(capture(answer, { probe: "/public" }))).toMatchObject({
      kind: "cannot-judge",
      message: expect.stringMatching(/does not tell signed in from anonymous/u),
    });
  });

  test("asks each probe twice signed in and twice as a stranger, and nothing else", async () => {
    const { app } = await signedIn();
    expect(app.asked.map(({ what }) => what)).toEqual([
      "POST /login",
      ...Array.from({ length: 4 }, () => "GET /account"),
    ]);
    expect(new Set(app.asked.slice(1).map(({ connection }) => connection)).size).toBe(4);
  });

  test("takes cookies in every form", async () => {
    const app = await application();
    const answer = await app.signIn();
    const [line = ""] = answer.headers.getSetCookie();
    const [pair = ""] = line.split(";");
    const [name = "", value = ""] = pair.split("=");
    const domain = "127.0.0.1";
    const forms = [
      answer,
      answer.headers,
      { status: 200, headers: { "Set-Cookie": line } },
      { statusCode: 200, headers: { "set-cookie": [line] }, cookies: [{ name, value }] },
      { cookies: `theme=dark; ${pair}` },
      { cookies: line },
      { cookies: [line] },
      { cookies: [{ name, value }] },
      { cookies: [{ name, value, domain, path: "/", secure: false }], origins: [] },
      { cookies: async () => [{ name, value, domain, path: "/" }] },
      { url: () => app.url, context: () => ({ cookies: async () => [{ name, value }] }) },
    ];
    for (const from of forms) {
      const session = await capture(from, { probe: "/account", baseUrl: app.url });
      expect(session.carriers).toContain("cookie sid");
    }
  });

  test("gives a cookie that was replaced back to the browser", async () => {
    const app = await application({ rotates: true });
    const cookie = (await app.signIn()).headers.getSetCookie()[0] ?? "";
    const held = { name: "sid", value: cookie.slice(4, 36), domain: "127.0.0.1", httpOnly: true };
    const given: unknown[] = [];
    const context = {
      cookies: async () => [held],
      addCookies: async (cookies: readonly object[]) => given.push(...cookies),
      pages: () => [{ url: () => app.url }],
    };
    const session = await capture(context, { probe: "/account" });
    const latest = session.headersFor("/")["cookie"]?.slice(4);
    expect(given).toHaveLength(2);
    expect(given[1]).toEqual({ ...held, value: latest });
    expect(latest).not.toBe(held.value);
  });

  test("says what is wrong with what it was given", async () => {
    const app = await application();
    const answer = await app.signIn();
    const on = (probe: Parameters<typeof capture>[1]["probe"], baseUrl = app.url) =>
      capture(answer, { probe, baseUrl });
    await expect(on("/logout")).rejects.toThrow(/must only read/u);
    await expect(on([])).rejects.toThrow(/at least one probe/u);
    await expect(on({ url: "/account", headers: { Cookie: "a=b" } })).rejects.toThrow(
      /give cookie in the first argument/u,
    );
    await expect(on("/account", app.url.replace("127.0.0.1", "localhost"))).rejects.toThrow(
      /belong to another host or path \(sid for 127\.0\.0\.1\/\)/u,
    );
    await expect(on("/account", "https://shop.example.com")).rejects.toThrow(
      /shop\.example\.com is a public host\. .+ allowedToTest: true/u,
    );
    await expect(capture({ cookies: "sid=abc" }, { probe: "/account" })).rejects.toThrow(
      /no address that can be asked/u,
    );
    await expect(capture({ cookies: [] }, { probe: app.url })).rejects.toThrow(
      /Nothing was captured/u,
    );
    const empty = await fetch(`${app.url}/public`);
    await expect(capture(empty, { probe: "/account" })).rejects.toThrow(/redirect: "manual"/u);
  });

  test("asks by POST, with a body as JSON", async () => {
    const app = await application();
    const body = { query: "{ viewer { id } }" };
    const session = await capture(await app.signIn(), {
      probe: { url: "/graphql", method: "POST", body, headers: { "X-Requested-With": "test" } },
    });
    expect(session.probes).toEqual([
      { request: `POST ${app.url}/graphql`, difference: "signed in 200, anonymous 401" },
    ]);
  });

  test("accepts a certificate that it cannot verify only when told to", async () => {
    const app = await application({ tls: selfSigned });
    const sid = { cookies: "sid=unknown-to-the-application" };
    const probe = `${app.url}/account`;
    await expect(capture(sid, { probe })).rejects.toThrow(/answered nothing \(self-signed/u);
    await expect(capture(sid, { probe, insecure: true })).rejects.toThrow(/answered 401/u);
  });
});
