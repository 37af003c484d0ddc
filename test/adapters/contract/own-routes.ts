/** Signing in, being known, and signing out by the application's own routes. */
import { describe, expect, it } from "vitest";
import { json } from "../../support/client.ts";
import { cookiesSet, type Open } from "./opened.ts";

const both = ["es_remember", "es_session"];

/** Defines the tests. */
export function ownRoutes(open: Open): void {
  describe("the application's own routes", () => {
    it("LO-01: sign in, let through, log out, and refuse what was copied", async () => {
      const of = await open();
      const device = await of.signIn("ada", true);
      const copy = device.cookieHeader();
      expect(await device.get("/me")).toMatchObject({ status: 200, text: '{"user":"ada"}' });
      const out = await device.post("/logout", { json: {} });
      expect(json<{ ok: boolean }>(out).ok).toBe(true);
      expect([...device.jar.keys()].filter((name) => name.startsWith("es_"))).toEqual([]);
      const refused = await of.browser().get("/me", { cookie: copy });
      expect([refused.status, json(refused)]).toMatchObject([401, { reason: "logged_out" }]);
      expect(refused.headers["content-type"]).toMatch(/^application\/problem\+json/u);
      expect(refused.headers["www-authenticate"]).toMatch(/^Bearer/u);
    });

    it("a sign-in over a session ends it", async () => {
      const of = await open();
      const device = await of.signIn("ada");
      const before = device.cookieHeader();
      await device.post("/sign-in", { json: { user: "grace" } });
      expect((await device.get("/me")).text).toBe('{"user":"grace"}');
      expect((await of.browser().get("/me", { cookie: before })).status).toBe(401);
    });

    it("what passes and what is refused is not stored by caches", async () => {
      const of = await open();
      const device = await of.signIn();
      for (const answer of [
        await device.get("/me"),
        await device.get("/me"),
        await device.get("/maybe"),
        await of.browser().get("/me"),
        await device.post("/password"),
      ]) {
        expect(answer.headers["cache-control"]).toBe("no-store");
      }
    });

    it("CK-12: an application's own cookies are kept beside ours", async () => {
      const of = await open();
      const device = of.browser();
      const signedIn = await device.post("/sign-in", { json: { user: "ada", remember: true } });
      expect(cookiesSet(signedIn)).toEqual([...both, "own"]);
      device.jar.delete("es_session");
      const remembered = await device.get("/me");
      expect(cookiesSet(remembered)).toEqual([...both, "own"]);
      device.jar.delete("es_session");
      expect(cookiesSet(await device.get("/maybe"))).toEqual(both);
      const out = await device.post("/logout");
      expect(cookiesSet(out)).toEqual(both);
      for (const answer of [signedIn, remembered, out, await of.browser().get("/me")]) {
        expect(answer.setCookies.filter((line) => line.startsWith("seen="))).toHaveLength(1);
      }
    });

    it("a page for everybody knows who is signed in, and nobody else", async () => {
      const of = await open();
      const device = await of.signIn();
      expect((await device.get("/maybe")).text).toBe('{"user":"ada"}');
      const copy = device.cookieHeader();
      await device.post("/logout");
      const nobody = await of.browser().get("/maybe", { cookie: copy });
      expect([nobody.status, nobody.text]).toEqual([200, '{"user":null}']);
    });

    it.each(["/password", "/others", "/prove"])(
      "LA-02: %s goes on under a new id",
      async (path) => {
        const of = await open();
        const device = await of.signIn();
        const other = await of.signIn();
        const before = device.cookieHeader();
        const answer = await device.post(path);
        expect([answer.status, cookiesSet(answer)]).toEqual([200, ["es_session"]]);
        expect((await device.get("/me")).status).toBe(200);
        expect((await of.browser().get("/me", { cookie: before })).status).toBe(401);
        expect((await other.get("/me")).status).toBe(path === "/prove" ? 200 : 401);
      },
    );

    it("CS-01: what another site makes a browser send is refused", async () => {
      const of = await open();
      const device = await of.signIn();
      const send = (site: string): ReturnType<typeof device.post> =>
        device.post("/change", { json: { text: "abc" }, headers: { "sec-fetch-site": site } });
      expect((await send("cross-site")).status).toBe(403);
      expect(await send("same-origin")).toMatchObject({ status: 200, text: '{"received":3}' });
    });

    it("a person on a page is sent to the sign-in page", async () => {
      const of = await open();
      const answer = await of.browser().get("/me", { headers: { accept: "text/html" } });
      expect([answer.status, answer.headers["location"]]).toEqual([303, "/login"]);
    });
  });
}
