/** Requests that nobody sends who means well: they are refused like any other, and end no server. */
import { createServer } from "node:http";
import express from "express";
import { describe, expect, it } from "vitest";
import { openInstallation, signInDevice } from "../test-support/rig.ts";
import { call, listen, rawStatus } from "../test-support/wire.ts";
import { currentSession, mount, protect } from "./connect.ts";

const form = "application/x-www-form-urlencoded";
const json = "application/json";

describe("on node:http", () => {
  it("survives hosts that can be none", async () => {
    const of = await openInstallation();
    const [routes, guard] = [mount(of), protect(of)];
    const server = createServer((req, res) =>
      routes(req, res, () => guard(req, res, (error) => res.writeHead(error ? 500 : 200).end())),
    );
    const port = await listen(server);
    const impossible = ["999.1.1.1", "a:99999", "xn--a", "a@b", "a b", "", "/", "//x", "h\\x"];
    const withPaths = ["x/healthz?", "x\\healthz?", "x/healthz#", "a@x/healthz?", "x?", "\\x?"];
    for (const host of [...impossible, ...withPaths]) {
      for (const path of ["/me", "/verify", "/session"]) {
        const status = await rawStatus(port, `GET ${path} HTTP/1.1\r\nHost: ${host}`);
        expect([host, path, status]).toEqual([host, path, 401]);
      }
    }
    expect((await call(port, "GET", "/healthz")).status).toBe(200);
  });

  it("a page for everybody learns nothing of a host that can be none", async () => {
    const of = await openInstallation();
    const seen: unknown[] = [];
    const server = createServer((req, res) => {
      void currentSession(of, req, res)
        .then(
          (session) => seen.push(session),
          (error: unknown) => seen.push(error),
        )
        .finally(() => res.end());
    });
    const port = await listen(server);
    for (const host of ["", "/x", "999.1.1.1"]) {
      expect(await rawStatus(port, `GET / HTTP/1.1\r\nHost: ${host}`)).toBe(200);
    }
    expect(seen).toEqual([null, null, null]);
  });
});

describe("in Express", () => {
  it.each([
    ["bare", []],
    ["behind simple parsers", [express.urlencoded({ extended: false }), express.json()]],
    ["behind deep parsers", [express.urlencoded({ extended: true }), express.json()]],
  ] as const)("reads odd bodies alike, %s", async (_, parsers) => {
    const of = await openInstallation({ origin: "http://127.0.0.1" });
    const app = express();
    for (const parser of parsers) app.use(parser);
    app.use(mount(of));
    const port = await listen(createServer(app));
    const { userId, cookie } = await signInDevice(of, "ada");
    await signInDevice(of, "ada");
    const login = async (type: string, body: string): Promise<number> =>
      (await call(port, "POST", "/login", { "content-type": type }, body)).status;
    expect(await login(form, "email=ada&password=right&a[b]=c&a[c]=d")).toBe(200);
    expect(await login(form, "email=ada&password[toString]=x")).toBe(400);
    expect(await login(form, "email=ada&password=right&password=b")).toBe(400);
    expect(await login(json, "[".repeat(20_000) + "]".repeat(20_000))).toBe(400);
    const headers = {
      "content-type": "Application/X-WWW-Form-URLEncoded; charset=utf-8",
      cookie: `es_session=${cookie}`,
    };
    expect((await call(port, "POST", "/logout", headers, "scope=all")).status).toBe(200);
    expect(await of.sessions.list({ userId })).toEqual([]);
  });
});
