/** A store that fails, an application that fails, and requests that were tampered with before. */
import { describe, expect, it } from "vitest";
import { json } from "../../support/client.ts";
import { cookieHeader, cookiesSet, type Open } from "./opened.ts";

/** Defines the tests. */
export function faults(open: Open): void {
  describe("when the store does not answer", () => {
    it("SS-06: nobody passes, and nothing is claimed to have ended", async () => {
      const of = await open();
      const whole = await of.whole();
      const cookie = cookieHeader(whole);
      of.stage.store(false);
      for (const [method, path] of [
        ["GET", "/me"],
        ["POST", "/change"],
        ["POST", "/logout"],
        ["POST", "/logout/all"],
        ["GET", "/session"],
      ] as const) {
        const answer = await of.browser().send(method, path, { cookie });
        const { status, headers } = answer;
        expect([path, status, headers["retry-after"], cookiesSet(answer)]).toEqual([
          path,
          503,
          "2",
          [],
        ]);
      }
      for (const answer of [
        await of.browser().get("/maybe", { cookie }),
        await of.browser().post("/sign-in", { json: { user: "ada" } }),
      ]) {
        expect(answer.status).toBeGreaterThanOrEqual(500);
        expect(cookiesSet(answer).filter((name) => name !== "own")).toEqual([]);
      }
      of.stage.store(true);
      expect((await of.browser().get("/me", { cookie })).status).toBe(200);
    });

    it("an application's own report of a changed password is no success", async () => {
      const of = await open();
      const { cookie } = await of.whole();
      const slow = of.browser().post("/slow/password", { cookie: cookieHeader({ cookie }) });
      await of.stage.waiting(1);
      of.stage.store(false);
      of.stage.release();
      const answer = await slow;
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(cookiesSet(answer)).toEqual([]);
    });
  });

  describe("when the application fails", () => {
    it("its errors stay its own", async () => {
      const of = await open();
      const device = await of.signIn();
      for (const method of ["GET", "POST"]) {
        const answer = await device.send(method, "/fails");
        expect(answer.status).toBe(500);
        expect(answer.headers["content-type"] ?? "").not.toContain("problem");
      }
      expect(of.stage.errors.map((error) => (error as Error).message)).toEqual(["own", "own"]);
      expect((await of.browser().get("/fails")).status).toBe(401);
      expect((await device.get("/me")).status).toBe(200);
    });

    it("a remembered device gets its new token all the same", async () => {
      const of = await open();
      const device = await of.signIn("ada", true);
      const spent = device.jar.get("es_remember");
      device.jar.delete("es_session");
      const answer = await device.get("/fails");
      expect([answer.status, cookiesSet(answer)]).toEqual([500, ["es_remember", "es_session"]]);
      expect(device.jar.get("es_remember")).not.toBe(spent);
      expect((await device.get("/me")).status).toBe(200);
    });
  });
}

/** Defines the tests of bodies that are gone. */
export function lostBodies(open: Open): void {
  describe("a body that was read before", () => {
    it("LO-01: by a parser that left the result does no harm", async () => {
      const of = await open({ bodies: "before" });
      const device = of.browser();
      const login = { email: "ada", password: "right" };
      expect((await device.post("/login", { form: login })).status).toBe(200);
      expect((await device.post("/login", { json: login })).status).toBe(200);
      expect((await device.post("/login", { json: { email: "ada", password: "x" } })).status).toBe(
        401,
      );
      const other = await of.signIn("ada");
      const kept = await device.post("/logout/all", { json: { keep_current: true } });
      expect(json<{ receipt: { scope: string } }>(kept).receipt.scope).toBe("others");
      expect([(await device.get("/me")).status, (await other.get("/me")).status]).toEqual([
        200, 401,
      ]);
      expect((await device.post("/logout", { json: {} })).status).toBe(200);
    });

    it("without a trace is a clear error, and a logout ends the session all the same", async () => {
      const of = await open({ bodies: "gone" });
      const [device, other] = [await of.whole(), await of.whole()];
      const cookie = cookieHeader({ cookie: device.cookie });
      const out = await of.browser().post("/logout", { cookie, json: { scope: "current" } });
      expect(out.status).toBe(500);
      expect(json<{ detail: string }>(out).detail).toMatch(
        /body .* was read before .* This device is logged out/u,
      );
      expect((await of.browser().get("/me", { cookie })).status).toBe(401);
      // Whom `/logout/all` meant stood in the body: nothing is guessed.
      const kept = cookieHeader({ cookie: other.cookie });
      const all = await of
        .browser()
        .post("/logout/all", { cookie: kept, json: { keep_current: true } });
      expect(all.status).toBe(500);
      expect(json<{ detail: string }>(all).detail).toMatch(/Nothing was changed/u);
      expect((await of.browser().get("/me", { cookie: kept })).status).toBe(200);
      // A logout without a body has lost nothing.
      expect((await of.browser().post("/logout", { cookie: kept })).status).toBe(200);
    });
  });
}

/** Defines the tests of heads that are gone. */
export function sentHeads(open: Open): void {
  describe("an answer whose head was sent before", () => {
    it("is a clear error, and the session has ended all the same", async () => {
      const of = await open({ early: true });
      const { cookie } = await of.whole();
      const sent = of.browser().post("/logout", { cookie: cookieHeader({ cookie }) });
      await expect(sent).rejects.toThrow();
      expect(of.stage.errors.map(String)).toEqual([
        expect.stringMatching(/POST \/logout .* head .* had been sent/u),
      ]);
      expect(await of.stage.endsession.sessions.list({ userId: "ada" })).toEqual([]);
    });

    it("lets nobody through whom it could not refuse", async () => {
      const of = await open({ early: true });
      const sent = of.browser().post("/change", { json: { text: "abc" } });
      const text = await sent.then((answer) => answer.text).catch(() => "");
      expect(text).not.toContain("received");
      expect(of.stage.errors.map(String)).toEqual([
        expect.stringMatching(/POST \/change .* head .* had been sent/u),
      ]);
    });

    it("starts no session whose cookie could not be set", async () => {
      const of = await open({ early: true });
      // What is made of the error then is the framework's affair.
      const sent = of.browser().post("/sign-in", { json: { user: "ada" } });
      await sent.catch(() => undefined);
      expect(of.stage.errors.map(String)).toEqual([
        expect.stringMatching(/head .* had been sent/u),
      ]);
      expect(await of.stage.endsession.sessions.list({ userId: "ada" })).toEqual([]);
    });
  });
}
