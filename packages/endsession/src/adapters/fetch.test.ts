/** The plain functions for frameworks that speak fetch. */
import { describe, expect, it } from "vitest";
import {
  byCookie,
  byRememberMe,
  openInstallation,
  origin,
  signInDevice,
} from "../test-support/rig.ts";
import {
  currentSession,
  endOthers,
  mount,
  protect,
  reauthenticate,
  securityEvent,
  signIn,
  withCookies,
} from "./fetch.ts";

const at = (path: string, init: RequestInit = {}): Request => new Request(origin + path, init);
/** The cookies that were set, as a browser sends them. */
const cookieOf = (cookies: readonly string[]): string =>
  cookies.map((line) => line.slice(0, line.indexOf(";"))).join("; ");

describe("fetch", () => {
  it("answers its routes and leaves the others alone", async () => {
    const routes = mount(await openInstallation());
    expect((await routes(at("/healthz")))?.status).toBe(200);
    expect(routes(at("/elsewhere"))).toBeNull();
  });

  it("LO-01: signs in, lets through, renews, and refuses what has ended", async () => {
    const of = await openInstallation();
    const other = await signInDevice(of, "ada");
    const signedIn = await signIn(of, at("/sign-in"), { userId: "ada" });
    const request = at("/me", { headers: { cookie: cookieOf(signedIn.cookies) } });
    const found = await currentSession(of, request);
    expect([found.session?.userId, found.cookies]).toEqual(["ada", []]);
    const checked = await protect(of, request);
    if (checked.refusal) throw new Error("The session was refused.");
    const renewed = await securityEvent(of, request, checked.session, { type: "password_changed" });
    expect(renewed.receipt.scope).toBe("others");
    const next = at("/me", { headers: { cookie: cookieOf(renewed.cookies) } });
    expect((await protect(of, request)).refusal?.status).toBe(401);
    expect((await currentSession(of, at("/", { headers: byCookie(other) }))).session).toBeNull();

    const { session } = await currentSession(of, next);
    if (session === null) throw new Error("The renewed session was refused.");
    const proved = await reauthenticate(of, next, session, ["pwd"]);
    expect(cookieOf(proved.cookies)).not.toBe(cookieOf(renewed.cookies));
    const last = at("/me", { headers: { cookie: cookieOf(proved.cookies) } });
    const alone = await endOthers(of, last, proved.credentials.session);
    expect(alone.cookies).toHaveLength(1);
  });

  it("CK-12: keeps an application's cookie beside several of one name, on any response", () => {
    const deletions = ["a=; Max-Age=0; Path=/", "a=; Max-Age=0; Path=/x"];
    const own = new Response("text", { status: 201, headers: { "set-cookie": "own=1" } });
    const answer = withCookies(own, deletions);
    expect(answer.headers.getSetCookie()).toEqual(["own=1", ...deletions]);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([201, "no-store"]);
    const redirect = withCookies(Response.redirect(`${origin}/`, 303), deletions);
    expect([redirect.status, redirect.headers.getSetCookie()]).toEqual([303, deletions]);
  });

  it("leaves a remember-me token unspent where no cookie could be set", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const request = at("/", { headers: byRememberMe(device) });
    expect(await currentSession(of, request, { remember: false })).toMatchObject({ session: null });
    const remembered = await currentSession(of, request);
    expect([remembered.session?.userId, remembered.cookies.length]).toEqual(["ada", 2]);
  });

  it("says when a body was read before, and ends the session all the same", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const headers = { ...byCookie(device), "content-type": "application/json" };
    const request = at("/logout", { method: "POST", headers, body: "{}" });
    await request.text();
    const answer = await mount(of)(request);
    expect([answer?.status, await answer?.text()]).toEqual([
      500,
      expect.stringContaining("was read before"),
    ]);
    expect((await currentSession(of, at("/", { headers }))).session).toBeNull();
  });
});
