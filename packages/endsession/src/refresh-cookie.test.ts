/** Single-page applications: access tokens in memory, the refresh token where no script sees it. */
import { describe, expect, it } from "vitest";
import type { EndSession } from "./endsession.ts";
import { type Answer, openInstallation, send, TestClock } from "./test-support/rig.ts";
import { emptyStore } from "./test-support/stores.ts";

const page = { "sec-fetch-site": "same-origin" };
const name = "__Host-es_refresh";

function cookieOf(answer: Answer): string {
  const set = answer.headers.getSetCookie().find((one) => one.startsWith(`${name}=`)) ?? "";
  return set.slice(name.length + 1).split(";")[0] ?? "";
}

function withCookie(...tokens: readonly string[]): Record<string, string> {
  return { ...page, cookie: tokens.map((token) => `${name}=${token}`).join("; ") };
}

async function signIn(of: EndSession, headers: Record<string, string> = page): Promise<Answer> {
  const body = { grant_type: "password", email: "ada", password: "right", refresh_cookie: true };
  return send(of, "POST", "/token", { headers, body });
}

function refresh(of: EndSession, headers: Record<string, string>): Promise<Answer> {
  const body = { grant_type: "refresh_token", refresh_cookie: true };
  return send(of, "POST", "/token", { headers, body });
}

async function isLive(of: EndSession, answer: Answer): Promise<boolean> {
  const authorization = `Bearer ${String(answer.body["access_token"])}`;
  return (await send(of, "GET", "/session", { headers: { authorization } })).status === 200;
}

describe("CL-07: the refresh token in a cookie", () => {
  it("is set HttpOnly and SameSite=Strict, and stands in no body", async () => {
    const of = await openInstallation();
    const signedIn = await signIn(of);
    expect(signedIn.headers.getSetCookie().join()).toMatch(
      /^__Host-es_refresh=es_r_[^;]+; Path=\/; Secure; HttpOnly; SameSite=Strict$/u,
    );
    expect(signedIn.text).not.toContain("es_r_");
    const refreshed = await refresh(of, withCookie(cookieOf(signedIn)));
    expect(refreshed.status).toBe(200);
    expect(refreshed.text).not.toContain("es_r_");
    expect(cookieOf(refreshed)).not.toBe(cookieOf(signedIn));
    expect(await isLive(of, refreshed)).toBe(true);
  });

  it("is taken from pages of this site alone", async () => {
    const of = await openInstallation();
    const cookie = withCookie(cookieOf(await signIn(of)));
    for (const site of ["cross-site", "same-site"]) {
      const answer = await refresh(of, { ...cookie, "sec-fetch-site": site });
      expect(answer.status).not.toBe(200);
    }
    expect((await refresh(of, cookie)).status).toBe(200);
  });

  it("survives a lost answer, and a copy that is used later is found out", async () => {
    const clock = new TestClock();
    const of = await openInstallation({ clock });
    const first = cookieOf(await signIn(of));
    clock.advance(60_000);
    const [one, two] = [await refresh(of, withCookie(first)), await refresh(of, withCookie(first))];
    expect(cookieOf(two)).toBe(cookieOf(one));
    expect(await isLive(of, one)).toBe(true);
    clock.advance(60_000);
    const third = await refresh(of, withCookie(cookieOf(one)));
    expect(await isLive(of, third)).toBe(true);
    clock.advance(60_000);
    const copy = await refresh(of, withCookie(first));
    expect(copy.status).toBe(400);
    expect(copy.body).toMatchObject({ error: "invalid_grant", reason: "reuse_detected" });
    expect(copy.headers.getSetCookie().join()).toContain(`${name}=;`);
    expect(await isLive(of, third)).toBe(false);
  });

  it.each([
    ["with the access token", true],
    ["by the cookie alone", false],
  ])("dies with a logout %s, and the cookie goes", async (_, bearer) => {
    const of = await openInstallation();
    const signedIn = await signIn(of);
    const headers = {
      ...withCookie(cookieOf(signedIn)),
      ...(bearer && { authorization: `Bearer ${String(signedIn.body["access_token"])}` }),
    };
    const out = await send(of, "POST", "/logout", { headers });
    expect(out.body).toMatchObject({ receipt: { credentials: { refresh_tokens: "ended" } } });
    expect(out.headers.getSetCookie().join()).toContain(`${name}=;`);
    expect(await isLive(of, signedIn)).toBe(false);
    const again = await refresh(of, withCookie(cookieOf(signedIn)));
    expect(again.body).toMatchObject({ error: "invalid_grant", reason: "logged_out" });
  });

  it("is renewed where its session goes on under a new id", async () => {
    const of = await openInstallation();
    const signedIn = await signIn(of);
    const authorization = `Bearer ${String(signedIn.body["access_token"])}`;
    const answer = await send(of, "POST", "/logout/all", {
      headers: { ...withCookie(cookieOf(signedIn)), authorization },
      body: { keep_current: true },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain("es_r_");
    expect((await refresh(of, withCookie(cookieOf(answer)))).status).toBe(200);
    expect(await isLive(of, signedIn)).toBe(false);
  });

  it("replaces what the browser held: that session ends", async () => {
    const of = await openInstallation();
    const before = await signIn(of);
    const after = await signIn(of, withCookie(cookieOf(before)));
    expect([await isLive(of, before), await isLive(of, after)]).toEqual([false, true]);
  });

  it("ends it in the very commit that starts the new one", async () => {
    const store = await emptyStore();
    const of = await openInstallation({ store });
    const before = await signIn(of);
    const commit = store.commit.bind(store);
    store.commit = (acts) => {
      // A crash after the first commit.
      store.commit = () => Promise.reject(new Error("the connection is lost"));
      return commit(acts);
    };
    const after = await signIn(of, withCookie(cookieOf(before)));
    store.commit = commit;
    expect(after.status).toBe(200);
    expect([await isLive(of, before), await isLive(of, after)]).toEqual([false, true]);
  });

  it("is believed neither without one, nor of twins, nor junk", async () => {
    const of = await openInstallation();
    const token = cookieOf(await signIn(of));
    for (const headers of [page, withCookie(token, token), withCookie("junk")]) {
      expect((await refresh(of, headers)).status).toBe(400);
    }
    expect((await refresh(of, withCookie(token))).status).toBe(200);
  });
});
