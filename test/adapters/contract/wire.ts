/** Requests and answers as they are on the wire. */
import { once } from "node:events";
import { type ListedClaims, mayBeDenied } from "endsession/denylist";
import { describe, expect, it } from "vitest";
import { json, parseSetCookie } from "../../support/client.ts";
import { claimsOf } from "../../support/jwt.ts";
import { cookieHeader, cookiesSet, type Open } from "./opened.ts";
import { beginRequest, goAway, openStream, postInPieces } from "./raw.ts";

const asJson = { "content-type": "application/json" };

/** Defines the tests. */
export function wire(open: Open): void {
  describe("on the wire", () => {
    it("CK-12: deletions of one name arrive as a header each, one for each former scope", async () => {
      const previous = [{ path: "/app" }, { domain: "app.example" }];
      const of = await open({ settings: { cookies: { previous } } });
      const device = await of.signIn("ada", true);
      const out = await device.post("/logout");
      const lines = out.setCookies.map(parseSetCookie).filter(({ name }) => name !== "seen");
      const scopes = lines.map(({ name, attributes: { path = "", domain = "" } }) =>
        [name, path, domain].join(" "),
      );
      expect(new Set(scopes)).toEqual(
        new Set(
          ["es_remember", "es_session"].flatMap((name) => [
            `${name} / `,
            `${name} / app.example`,
            `${name} /app `,
          ]),
        ),
      );
      expect(scopes).toHaveLength(6);
      expect(lines.every(({ attributes }) => attributes["max-age"] === "0")).toBe(true);
    });

    it("twins of a cookie are not believed, and both sessions end", async () => {
      const of = await open();
      const [one, other] = [await of.whole(), await of.whole()];
      const twins = `es_session=${one.cookie}; es_session=${other.cookie}`;
      const refused = await of.browser().get("/me", { cookie: twins });
      expect([refused.status, cookiesSet(refused)]).toEqual([401, ["es_remember", "es_session"]]);
      expect((await of.browser().post("/logout", { cookie: twins })).status).toBe(200);
      for (const { cookie } of [one, other]) {
        const answer = await of.browser().get("/me", { cookie: cookieHeader({ cookie }) });
        expect(answer.status).toBe(401);
      }
    });

    it("bodies that come in pieces are read, ours and the application's", async () => {
      const of = await open();
      const pieces = ['{"email":"ada",', '"password":', '"right"}'];
      expect((await postInPieces(`${of.url}/login`, asJson, pieces)).status).toBe(200);
      const { cookie } = await of.whole();
      const text = "x".repeat(20_000);
      const headers = { ...asJson, cookie: cookieHeader({ cookie }) };
      const changed = await postInPieces(`${of.url}/change`, headers, [
        '{"text":"',
        text,
        text,
        '"}',
      ]);
      expect(changed).toEqual({ status: 200, text: '{"received":40000}' });
      const out = await postInPieces(`${of.url}/logout`, headers, ["{", "}"]);
      expect(out.status).toBe(200);
      expect((await of.browser().get("/me", { cookie: headers.cookie })).status).toBe(401);
    });

    it("a body that is too long is refused, and the connection is of use to the next", async () => {
      const of = await open();
      const { cookie } = await of.whole();
      const long = { padding: "x".repeat(70_000) };
      const device = of.browser();
      const init = { cookie: cookieHeader({ cookie }), json: long };
      expect((await device.post("/logout/all", init)).status).toBe(413);
      expect((await device.get("/me", { cookie: cookieHeader({ cookie }) })).status).toBe(200);
    });

    it("clients that go away leave the server alive", async () => {
      const of = await open();
      const { cookie } = await of.whole();
      const fields = ["Content-Type: application/json", "Content-Length: 500"];
      const cookies = `Cookie: ${cookieHeader({ cookie })}`;
      for (const target of ["/login", "/logout", "/sign-in", "/change"]) {
        const head = [`POST ${target} HTTP/1.1`, ...fields, cookies];
        await goAway(await beginRequest(of.url, head, '{"text":'));
      }
      const slow = await beginRequest(of.url, ["GET /slow HTTP/1.1", cookies], "");
      await of.stage.waiting(1);
      await goAway(slow);
      of.stage.release();
      expect((await of.browser().get("/healthz")).status).toBe(200);
      expect((await of.browser().get("/me", { cookie: cookieHeader({ cookie }) })).status).toBe(
        200,
      );
    });

    it("a Host that can be no host leaves the server alive", async () => {
      const of = await open();
      for (const host of ["999.1.1.1", "app.example:99999", "xn--a", "a b", "user@app.example"]) {
        const socket = await beginRequest(
          of.url,
          ["GET /me HTTP/1.1", "Connection: close"],
          "",
          host,
        );
        await once(socket.resume(), "close");
      }
      expect((await of.browser().get("/healthz")).status).toBe(200);
    });

    it("what is no text arrives as it is", async () => {
      const serviceToken = "s".repeat(32);
      const of = await open({ settings: { serviceToken } });
      const ended = await of.whole();
      await of.stage.endsession.sessions.end({ kind: "session_token", token: ended.cookie });
      const headers = { authorization: `Bearer ${serviceToken}` };
      const answer = await fetch(`${of.url}/denylist`, { headers });
      const list = new Uint8Array(await answer.arrayBuffer());
      const claims = claimsOf(ended.accessToken) as unknown as ListedClaims;
      expect([answer.status, mayBeDenied(list, claims)]).toEqual([200, true]);
    });

    it("HEAD is answered without a body, and no less strictly", async () => {
      const of = await open();
      const device = await of.signIn();
      for (const path of ["/healthz", "/session", "/me"]) {
        const answer = await device.send("HEAD", path);
        expect([path, answer.status, answer.text]).toEqual([path, 200, ""]);
      }
      expect((await of.browser().send("HEAD", "/me")).status).toBe(401);
      expect((await device.send("HEAD", "/logout")).status).toBe(405);
      expect((await device.get("/me")).status).toBe(200);
    });

    it("CS-06: OPTIONS is answered, for the origins that are trusted", async () => {
      const of = await open({ settings: { trustedOrigins: ["https://admin.example"] } });
      const preflight = async (origin: string): Promise<string | undefined> => {
        const headers = { origin, "access-control-request-method": "POST" };
        const answer = await of.browser().send("OPTIONS", "/logout", { headers });
        expect([answer.status, answer.headers["allow"]]).toEqual([204, "POST"]);
        return answer.headers["access-control-allow-origin"];
      };
      expect(await preflight("https://admin.example")).toBe("https://admin.example");
      expect(await preflight("https://evil.example")).toBeUndefined();
    });

    it("what is not of endsession is the application's", async () => {
      const of = await open();
      expect((await of.browser().get("/nowhere")).status).toBe(404);
      const post = await of.browser().post("/nowhere", { json: { text: "abc" } });
      expect(post.status).toBe(404);
      const wrong = await of.browser().get("/logout");
      expect([wrong.status, json(wrong)["code"]]).toEqual([405, 405]);
    });

    it("SSE: a stream of events tells of the end, and closes with its session", async () => {
      const of = await open();
      const { cookie } = await of.whole();
      const stream = await openStream(`${of.url}/events`, cookieHeader({ cookie }));
      expect(stream.status).toBe(200);
      await stream.said("event: hello");
      await of.browser().post("/logout", { cookie: cookieHeader({ cookie }) });
      await stream.said("event: over");
      await stream.ended;
    });

    it("SSE: who leaves gives the place back", async () => {
      const of = await open({ settings: { events: { perUser: 1 } } });
      const { cookie } = await of.whole();
      const head = ["GET /events HTTP/1.1", `Cookie: ${cookieHeader({ cookie })}`];
      const socket = await beginRequest(of.url, head, "");
      await new Promise((resolve) => socket.once("data", resolve));
      const full = await of.browser().get("/events", { cookie: cookieHeader({ cookie }) });
      expect(full.status).toBe(429);
      await goAway(socket);
      const next = async (): Promise<number> => {
        const leaving = new AbortController();
        const { status } = await fetch(`${of.url}/events`, {
          headers: { cookie: cookieHeader({ cookie }) },
          signal: leaving.signal,
        });
        leaving.abort();
        return status;
      };
      await expect.poll(next).toBe(200);
    });
  });
}

/** Defines the test of bodies that are refused before they have come. */
export function longBodies(open: Open): void {
  it("a body that is too long is refused while it comes", async () => {
    const of = await open();
    const head = [
      "POST /login HTTP/1.1",
      "Content-Type: application/json",
      "Content-Length: 1000000",
    ];
    const socket = await beginRequest(of.url, head, "{");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /u);
    await goAway(socket);
    expect((await of.browser().get("/healthz")).status).toBe(200);
  });
}
