/** The hooks on a real Fastify. */
import { type AddressInfo, connect } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import type { EndSession } from "../endsession.ts";
import { byToken, firefox, openInstallation, signInDevice } from "../test-support/rig.ts";
import { sessionOf } from "./checked.ts";
import { acts, mount, protect } from "./fastify.ts";

const { signIn } = acts;

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function serve(of: EndSession): Promise<string> {
  const app = Fastify();
  apps.push(app);
  app.addHook("onRequest", mount(of));
  app.get("/me", { onRequest: protect(of) }, (request, reply) => {
    reply.header("set-cookie", "own=1");
    return { user: sessionOf(request).userId };
  });
  app.get("/open", (request) => sessionOf(request));
  await app.listen({ port: 0, host: "127.0.0.1" });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

describe("Fastify", () => {
  it("answers the routes, guards the application, and refuses at once after a logout", async () => {
    const of = await openInstallation();
    const device = await signInDevice(of, "ada");
    const url = await serve(of);
    const headers = byToken(device);
    for (let request = 0; request < 3; request += 1) {
      const answer = await fetch(`${url}/me`, { headers });
      expect([answer.status, await answer.json()]).toEqual([200, { user: "ada" }]);
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    const cookie = `__Host-es_session=${device.cookie}`;
    const session = await fetch(`${url}/session`, { headers });
    expect(session.status).toBe(200);
    const logout = await fetch(`${url}/logout`, { method: "POST", headers });
    expect(logout.status).toBe(200);
    expect((await fetch(`${url}/me`, { headers })).status).toBe(401);
    expect((await fetch(`${url}/me`, { headers: { cookie, "user-agent": firefox } })).status).toBe(
      401,
    );
    await of.close();
  });

  it("sets the cookies of a remembered device beside the application's own", async () => {
    const of = await openInstallation({ origin: "https://app.example" });
    const device = await signInDevice(of, "ada");
    const url = await serve(of);
    const cookie = `__Host-es_remember=${device.rememberMe}`;
    const answer = await fetch(`${url}/me`, { headers: { cookie, "user-agent": firefox } });
    expect(answer.status).toBe(200);
    const names = answer.headers.getSetCookie().map((line) => line.split("=")[0]);
    expect(names).toEqual(["__Host-es_session", "__Host-es_remember", "own"]);
    await of.close();
  });

  it("closes a connection whose body nobody will read, and no other", async () => {
    const of = await openInstallation();
    const { hostname, port } = new URL(await serve(of));
    const answerTo = (length: number, body: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(Number(port), hostname);
        socket.setEncoding("utf8").once("data", (text: string) => {
          socket.destroy();
          resolve(text);
        });
        const head = `POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
        socket.write(`${head}Content-Length: ${length}\r\n\r\n${body}`);
      });
    expect(await answerTo(1_000_000, "{")).toMatch(/ 413 [^]*\r\nconnection: close\r\n/iu);
    expect(await answerTo(2, "{}")).toMatch(/ 400 [^]*\r\nconnection: keep-alive\r\n/iu);
    await of.close();
  });

  it("keeps the cookies that a middleware has set on Node's response", async () => {
    const of = await openInstallation();
    const app = Fastify();
    apps.push(app);
    app.addHook("onRequest", (_request, reply, done) => {
      reply.raw.setHeader("set-cookie", "seen=1");
      done();
    });
    app.post("/enter", async (request, reply) => {
      await signIn(of, request, reply, { userId: "ada" });
      return {};
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/enter`, { method: "POST" });
    const names = answer.headers.getSetCookie().map((line) => line.split("=")[0]);
    expect(names).toEqual(["seen", "__Host-es_session"]);
    await of.close();
  });

  it("says where sessionOf belongs", async () => {
    const of = await openInstallation();
    const answer = await fetch(`${await serve(of)}/open`);
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringMatching(/protect\(\)/),
    ]);
    await of.close();
  });
});
