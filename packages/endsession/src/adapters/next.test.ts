/** What is particular to Next.js; the contract runs on the application in stacks/nextjs. */
import { describe, expect, it } from "vitest";
import {
  byCookie,
  byRememberMe,
  openInstallation,
  origin,
  signInDevice,
  TestClock,
} from "../test-support/rig.ts";
import { actions } from "./next-actions.ts";
import { type CookieAttributes, storeCookies } from "./next-cookies.ts";
import { proxy } from "./next.ts";

/** A store of cookies as that of Next.js: one of each name. */
class CookieStore extends Map<string, { value: string; attributes: CookieAttributes }> {
  override set(name: string, value: unknown, attributes?: CookieAttributes): this {
    return super.set(name, { value: value as string, attributes } as never);
  }
}

/** `NextResponse.next()`, which tells what it hands on. */
const passing = {
  next: (init?: { readonly request: { readonly headers: Headers } }): Response =>
    new Response(init?.request.headers.get("cookie") ?? "unchanged"),
};

describe("cookies in the store of Next.js", () => {
  it("CK-12: a new value outweighs deletions of its name, today's scope former ones", () => {
    const store = new CookieStore();
    storeCookies(store, [
      "a=; Path=/app; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax",
      "a=new; Path=/; Secure; HttpOnly; SameSite=Strict",
      "b=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Partitioned",
      "b=; Path=/app; Max-Age=0; HttpOnly; SameSite=Lax",
    ]);
    expect(Object.fromEntries(store)).toMatchObject({
      a: { value: "new", attributes: { path: "/", secure: true, sameSite: "strict" } },
      b: { value: "", attributes: { path: "/", maxAge: 0, partitioned: true, secure: false } },
    });
  });
});

describe("proxy", () => {
  it("leads from private pages to the sign-in page, by an absolute address", async () => {
    const check = proxy(await openInstallation(), passing);
    const answer = await check(
      new Request(`${origin}/account`, { headers: { accept: "text/html" } }),
    );
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `${origin}/login`]);
  });

  it("takes its path from the request and never from the host", async () => {
    const check = proxy(await openInstallation(), passing);
    for (const host of ["x/healthz?", "x\\healthz?", "a@x/healthz?", "", "999.1.1.1"]) {
      const answer = await check(new Request(`${origin}/account`, { headers: { host } }));
      expect([host, answer.status]).toEqual([host, 401]);
    }
  });

  it("asks about a page under the name that Next.js finds it by", async () => {
    const isPrivate = (path: string): boolean => path === "/account";
    const check = proxy(await openInstallation(), passing, { isPrivate });
    const request = new Request(`${origin}/docs/de/account`);
    expect((await check(request)).status).toBe(200);
    Object.assign(request, { nextUrl: { pathname: "/account" } });
    expect((await check(request)).status).toBe(401);
  });

  it("CA-01: lets no cache keep a private page, and leaves the others to the application", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const check = proxy(of, passing, { isPrivate: (path) => path === "/account" });
    const cacheControl = async (path: string): Promise<string | null> => {
      const answer = await check(new Request(origin + path, { headers: byCookie(device) }));
      expect(answer.status).toBe(200);
      return answer.headers.get("cache-control");
    };
    expect(await cacheControl("/account")).toBe("no-store");
    expect(await cacheControl("/")).toBeNull();
  });

  it("signs a remembered device in, for the page behind it too", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const headers = { ...byRememberMe(device), host: "app.example" };
    const answer = await proxy(of, passing, { isPrivate: () => false })(
      new Request(`${origin}/`, { headers }),
    );
    const [session = ""] = answer.headers.getSetCookie().map((line) => line.split(";", 1).join(""));
    expect(session).toMatch(/^__Host-es_session=es_s_/u);
    expect(await answer.text()).toContain(session);
  });

  it("TO-03: what Next.js fetches ahead keeps no session alive", async () => {
    const clock = new TestClock();
    const profile = { idle: 10_000, absolute: 3_600_000 };
    const of = await openInstallation({ clock, profile, lease: { bound: 60_000 } });
    const device = await signInDevice(of, "ada");
    const check = proxy(of, passing);
    const headers = { ...byCookie(device), "next-router-prefetch": "1" };
    const visit = async (): Promise<number> =>
      (await check(new Request(`${origin}/account`, { headers }))).status;
    expect(await visit()).toBe(200);
    clock.advance(6000);
    expect(await visit()).toBe(200);
    clock.advance(6000);
    expect(await visit()).toBe(401);
  });
});

describe("actions", () => {
  it("LO-01: logout ends the session, and rejects when that is not known", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const headers = new Headers({ ...byCookie(device), host: "app.example", origin });
    const store = new CookieStore();
    const { currentSession, logout } = actions(of, {
      headers: async () => headers,
      cookies: async () => store,
    });
    expect((await currentSession())?.userId).toBe("ada");
    headers.set("sec-fetch-site", "cross-site");
    await expect(logout()).rejects.toThrow("Nothing was changed.");
    expect((await currentSession())?.userId).toBe("ada");
    headers.set("sec-fetch-site", "same-origin");
    expect((await logout()).credentials.session_cookie).toBe("ended");
    expect(store.get("__Host-es_session")).toMatchObject({ value: "" });
    expect(await currentSession()).toBeNull();
  });
});
