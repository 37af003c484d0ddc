/** Below a path, and behind a proxy. */
import { describe, expect, it } from "vitest";
import { parseSetCookie } from "../../support/client.ts";
import { cookieHeader, cookiesSet, type Open } from "./opened.ts";

const page = "https://app.example";

/** Defines the tests. */
export function surroundings(open: Open): void {
  it("works below a base path", async () => {
    const of = await open({ settings: { basePath: "/auth" } });
    const device = await of.signIn();
    expect((await device.post("/logout")).status).toBe(404);
    expect((await device.get("/auth/session")).status).toBe(200);
    expect((await device.post("/auth/logout", { json: {} })).status).toBe(200);
    expect((await device.get("/me")).status).toBe(401);
  });

  describe("behind a proxy that ends TLS", () => {
    const settings = {
      origin: page,
      clientAddress: ({ headers }: { headers: { get(name: string): string | null } }) =>
        headers.get("x-real-ip"),
    };

    it("cookies are those of https, and the public origin counts", async () => {
      const of = await open({ settings });
      const device = of.browser({ "x-real-ip": "203.0.113.7" });
      const signedIn = await device.post("/sign-in", { json: { user: "ada" } });
      const [line] = signedIn.setCookies
        .map(parseSetCookie)
        .filter(({ name }) => /es_/u.test(name));
      expect(line).toMatchObject({
        name: "__Host-es_session",
        attributes: { secure: "", httponly: "", path: "/" },
      });
      const change = (origin: string): ReturnType<typeof device.post> =>
        device.post("/change", { json: { text: "ab" }, headers: { origin } });
      expect((await change(page)).status).toBe(200);
      expect((await change(of.url)).status).toBe(403);
      const [started] = await of.stage.endsession.sessions.audit({ userId: "ada" });
      expect(started?.address).toBe("203.0.113.7");
      const out = await device.post("/logout", { headers: { origin: page } });
      expect([out.status, cookiesSet(out)]).toEqual([
        200,
        ["__Host-es_remember", "__Host-es_session"],
      ]);
    });

    it("forwarded headers of a client change nothing", async () => {
      const of = await open();
      const { cookie } = await of.whole();
      const headers = {
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.example",
        "x-forwarded-for": "198.51.100.9",
        "x-original-uri": "/healthz",
        "x-http-method-override": "GET",
        forwarded: "host=evil.example;proto=https",
      };
      const passed = await of.browser().get("/me", { cookie: cookieHeader({ cookie }), headers });
      expect(passed.status).toBe(200);
      const evil = { ...headers, origin: "https://evil.example" };
      const refused = await of.browser().post("/change", {
        cookie: cookieHeader({ cookie }),
        headers: evil,
        json: { text: "a" },
      });
      expect(refused.status).toBe(403);
      const out = await of.browser().post("/logout", { cookie: cookieHeader({ cookie }), headers });
      expect([out.status, cookiesSet(out)]).toEqual([200, ["es_remember", "es_session"]]);
    });
  });
}
