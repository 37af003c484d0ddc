/** What is particular to Hono; the contract of all adapters runs in test/adapters. */
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { acts, mount, protect, type SessionEnv } from "./hono.ts";
import {
  byCookie,
  byRememberMe,
  openInstallation,
  origin,
  signInDevice,
} from "../test-support/rig.ts";

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("Hono", () => {
  it("gives handlers the session, and keeps their own headers and status", async () => {
    const of = await openInstallation();
    const app = new Hono<SessionEnv>();
    app.use(mount(of));
    app.get("/me", protect(of), (c) => {
      c.header("set-cookie", "own=1", { append: true });
      return c.json({ user: c.get("session").userId }, 201);
    });
    app.get("/raw", protect(of), () => new Response("raw", { headers: { "set-cookie": "own=1" } }));
    app.get("/away", protect(of), () => Response.redirect(`${origin}/`, 302));
    const device = await signInDevice(of, "ada");
    for (const [path, status] of [
      ["/me", 201],
      ["/raw", 200],
      ["/away", 302],
    ] as const) {
      const answer = await app.request(origin + path, { headers: byRememberMe(device) });
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([status, "no-store"]);
      const names = answer.headers.getSetCookie().map((line) => line.split("=")[0]);
      const own = path === "/away" ? [] : ["own"];
      expect(names).toEqual([...own, "__Host-es_session", "__Host-es_remember"]);
    }
  });

  it("finds the body that a middleware has read", async () => {
    const of = await openInstallation();
    const app = new Hono();
    app.use(async (c, next) => {
      if (c.req.header("content-type") === json["content-type"]) await c.req.json();
      else await c.req.parseBody();
      await next();
    });
    app.use(mount(of));
    const login = async (headers: Record<string, string>, body: string): Promise<number> =>
      (await app.request(`${origin}/login`, { method: "POST", headers, body })).status;
    expect(await login(json, '{"email":"ada","password":"right"}')).toBe(200);
    expect(await login(form, "email=ada&password=right")).toBe(200);
    expect(await login(form, "email=ada&password=wrong")).toBe(401);
  });

  it("says what is missing where mount() is", async () => {
    const of = await openInstallation();
    const app = new Hono();
    const device = await signInDevice(of, "ada");
    app.get("/", async (c) => c.json(await acts.currentSession(of, c)));
    app.onError((error, c) => c.text(error.message, 500));
    const answer = await app.request(`${origin}/`, { headers: byCookie(device) });
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringContaining("did not pass mount()"),
    ]);
  });
});
