/** Handlers that are still at work when their session ends. */
import { describe, expect, it } from "vitest";
import { cookieHeader, cookiesSet, type Open } from "./opened.ts";

/** Defines the tests. */
export function races(open: Open): void {
  describe("T5: a slow handler", () => {
    it("brings nothing back that was logged out meanwhile", async () => {
      const of = await open();
      const whole = await of.whole();
      const cookie = cookieHeader(whole);
      const slow = of.browser().get("/slow", { cookie });
      await of.stage.waiting(1);
      expect((await of.browser().post("/logout", { cookie })).status).toBe(200);
      of.stage.release();
      const answer = await slow;
      expect([answer.status, cookiesSet(answer)]).toEqual([200, ["own"]]);
      expect((await of.browser().get("/me", { cookie })).status).toBe(401);
    });

    it("on a remembered device brings nothing back either", async () => {
      const of = await open();
      const { rememberMe } = await of.whole();
      const device = of.browser();
      const first = device.get("/slow", { cookie: cookieHeader({ rememberMe }) });
      await of.stage.waiting(1);
      const out = await of.browser().post("/logout", { cookie: cookieHeader({ rememberMe }) });
      expect(out.status).toBe(200);
      of.stage.release();
      await first;
      expect(device.cookieHeader()).toContain("es_session=");
      // The late answer did set the cookies of the session that it had begun; they are dead.
      expect((await device.get("/me")).status).toBe(401);
    });

    it("that reports a changed password after the logout keeps no session", async () => {
      const of = await open();
      const [whole, other] = [await of.whole(), await of.whole()];
      const cookie = cookieHeader({ cookie: whole.cookie });
      const slow = of.browser().post("/slow/password", { cookie });
      await of.stage.waiting(1);
      expect((await of.browser().post("/logout", { cookie })).status).toBe(200);
      of.stage.release();
      const answer = await slow;
      expect([answer.text, cookiesSet(answer)]).toEqual(['{"kept":false}', []]);
      expect((await of.browser().get("/me", { bearer: other.accessToken })).status).toBe(401);
    });

    it("lets a refresh and a logout pass, and the refreshed tokens are dead", async () => {
      const of = await open();
      const whole = await of.whole();
      const slow = of.browser().get("/slow", { bearer: whole.accessToken });
      await of.stage.waiting(1);
      const refreshed = await of.browser().post("/token", {
        json: { grant_type: "refresh_token", refresh_token: whole.refreshToken },
      });
      const tokens = JSON.parse(refreshed.text) as Record<string, string>;
      expect((await of.browser().post("/logout", { bearer: whole.accessToken })).status).toBe(200);
      of.stage.release();
      expect(cookiesSet(await slow)).toEqual(["own"]);
      for (const bearer of [whole.accessToken, tokens["access_token"] ?? ""]) {
        expect((await of.browser().get("/me", { bearer })).status).toBe(401);
      }
      const again = { grant_type: "refresh_token", refresh_token: tokens["refresh_token"] };
      expect((await of.browser().post("/token", { json: again })).status).toBe(400);
    });
  });
}
