/**
 * Forward-auth behind real proxies with the configurations that are shown: who is nobody gets no
 * further, and who is somebody cannot be somebody else (T18).
 */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { serviceToken } from "../support/installation.ts";
import { type ProxyName, proxyPorts, type RunningProxy, startExample } from "../support/proxies.ts";
import { type Service, startService } from "../support/served.ts";
import { type Arrived, startUpstream, type Upstream } from "./upstream.ts";

const proxies: readonly ProxyName[] = ["nginx", "Caddy", "HAProxy"];
const identityAudience = "upstreams";

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** The names that carry an identity, or that some software believes to. */
const identityNames = ["X-Auth-User", "X-Auth-Session", "X-Auth-Tenant", "X-Auth-Jwt-Assertion"];
const forwardedNames = [
  ..."For Host Proto Method Port Prefix Server Uri User"
    .split(" ")
    .map((it) => `X-Forwarded-${it}`),
  ..."X-Original-Uri X-Original-Url X-Original-Method X-Rewrite-Url".split(" "),
  ..."X-Http-Method-Override X-Http-Method X-Method-Override".split(" "),
  ..."X-Real-Ip X-Remote-User Forwarded".split(" "),
];

/** Ways to spell a path, of which some software makes another. */
const paths = `
  //orders /orders/ /./orders /x/../orders /%6frders /orders%00 /
  /login/ /login/x //login//x /LOGIN /login;x /login%2fx /loginx
  /_endsession/verify //_endsession/verify /%5fendsession/verify /verify
  /login/../orders /login%2f..%2forders /login/%2e%2e/orders /login/..;/orders
  /orders%2f..%2flogin /orders/../login /orders/%2e%2e/login //login
  /orders%2f..%2fsession /orders/../session /orders#/login /orders?/login`
  .trim()
  .split(/\s+/u);

/** Hosts that a parser of URLs might take a path from: `/healthz` asks for no session. */
const hostsWithPaths = [
  "x/healthz?",
  "x\\healthz?",
  "x\\healthz#",
  "x/healthz/",
  "a@x/healthz?",
  "x:80/healthz?",
  "x/../healthz?",
  "\\\\x\\healthz?",
];

/** Every spelling of a name that WSGI takes for the same. */
function spellings(name: string): string[] {
  const parts = name.split("-");
  const count = 2 ** (parts.length - 1);
  return Array.from({ length: count }, (_, bits) =>
    parts.reduce((so, part, at) => so + (((bits >> (at - 1)) & 1) === 1 ? "_" : "-") + part),
  );
}

describe.each(proxies)("behind %s", (name) => {
  let upstream: Upstream;
  let service: Service;
  let proxy: RunningProxy;
  let port: number;

  beforeAll(async () => {
    upstream = await startUpstream();
    const ports = await proxyPorts(upstream.port);
    port = ports.proxy;
    service = await startService(ports.endsession, {
      origin: `http://127.0.0.1:${port}`,
      identityAudience,
    });
    proxy = await startExample(name, ports);
  });
  afterAll(async () => {
    await proxy.stop();
    await service.stop();
    await upstream.stop();
  });
  afterEach(() => {
    service.broken = false;
    service.hold = null;
    upstream.arrived.length = 0;
    service.seen.length = 0;
  });

  /** Sends a path as it is spelled. */
  async function ask(
    path: string,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<Answer> {
    const sent = request({ host: "127.0.0.1", port, path, method, headers });
    sent.end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    return {
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      text: Buffer.concat(parts).toString(),
    };
  }

  async function signIn(
    userId = "user-42",
  ): Promise<{ cookie: string; bearer: string; id: string }> {
    const started = await service.endsession.sessions.start({
      userId,
      tokens: { clientId: null },
    });
    const cookie = `es_session=${started.sessionToken ?? ""}`;
    return { cookie, bearer: started.accessToken ?? "", id: started.session.id };
  }

  const lastArrived = (): Arrived => {
    const last = upstream.arrived.at(-1);
    if (!last) throw new Error("Nothing arrived.");
    return last;
  };

  test("T18 RV-01: who is signed in arrives with an identity that the upstream can prove", async () => {
    const { cookie, bearer, id } = await signIn("Zoë/1");
    for (const headers of [{ cookie }, { authorization: `Bearer ${bearer}` }]) {
      const answer = await ask("/orders?page=2", headers);
      expect(answer.status).toBe(200);
      const { url, headers: got } = lastArrived();
      expect(url).toBe("/orders?page=2");
      expect(got["x-auth-user"]).toBe(encodeURIComponent("Zoë/1"));
      expect([got["x-auth-session"], got["x-auth-tenant"]]).toEqual([id, "default"]);
      const published = await ask("/.well-known/jwks.json");
      const keys = createLocalJWKSet(JSON.parse(published.text) as JSONWebKeySet);
      const { payload } = await jwtVerify(got["x-auth-jwt-assertion"] ?? "", keys, {
        typ: "endsession-identity+jwt",
        audience: identityAudience,
        issuer: `http://127.0.0.1:${port}`,
      });
      expect(payload).toMatchObject({ sub: "Zoë/1", sid: id });
    }
  });

  test("T18: a program gets the 401, a person the way to the sign-in page and back", async () => {
    const program = await ask("/api/orders", { accept: "application/json" });
    expect(program.status).toBe(401);
    expect(program.headers["www-authenticate"]).toBe("Bearer");
    expect(program.headers["cache-control"]).toBe("no-store");
    expect(program.headers["set-cookie"]).toBeUndefined();
    const person = await ask("/orders/7?x=1", { accept: "text/html,*/*" });
    expect([person.status, person.headers.location]).toEqual([303, "/login?next=/orders/7"]);
    for (const elsewhere of ["//evil.example/x", "/\\evil.example", "/a%0d%0aSet-Cookie:x=1"]) {
      const sent = await ask(elsewhere, { accept: "text/html" });
      expect([elsewhere, sent.status, sent.headers.location]).toEqual([
        elsewhere,
        303,
        "/login?next=/",
      ]);
    }
    expect(upstream.arrived).toEqual([]);
  });

  test("T18: no client's identity and no client's account of the request gets through", async () => {
    const { cookie } = await signIn();
    const names = [...identityNames, ...forwardedNames];
    for (const spoof of names.flatMap(spellings)) {
      for (const [path, headers] of [
        ["/orders", { cookie }],
        ["/login", {}],
        ["/login", { cookie }],
      ] as const) {
        const answer = await ask(path, { ...headers, [spoof]: "spoofed, 203.0.113.66" });
        expect([spoof, path, answer.status]).toEqual([spoof, path, 200]);
        const found = Object.entries(lastArrived().headers).filter(([, it]) => /spoof/u.test(it));
        expect([spoof, path, found]).toEqual([spoof, path, []]);
      }
      // Nor does it make somebody of nobody.
      const nobody = await ask("/orders", { [spoof]: "user-42" });
      expect([spoof, nobody.status]).toEqual([spoof, 401]);
    }
    expect(lastArrived().headers["x-auth-user"]).toBeUndefined();
  });

  test("T18: no address that hides in a header, and no other method, is let in instead", async () => {
    for (const [header, value] of [
      ["X-Original-URI", "/login"],
      ["X-Original-URL", "/login"],
      ["X-Rewrite-URL", "/login"],
      ["X-Forwarded-Uri", "/login"],
      ["X-Forwarded-Prefix", "/login"],
      ["X-HTTP-Method-Override", "OPTIONS"],
      ["X-Forwarded-Method", "OPTIONS"],
    ] as const) {
      expect([header, (await ask("/orders", { [header]: value })).status]).toEqual([header, 401]);
    }
    for (const method of ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      expect([method, (await ask("/orders", {}, method)).status]).toEqual([method, 401]);
    }
    expect(upstream.arrived).toEqual([]);
    const { cookie } = await signIn();
    expect((await ask("/orders", { cookie }, "DELETE")).status).toBe(200);
    expect(lastArrived().method).toBe("DELETE");
  });

  test("T18: however a path is spelled, nobody reaches more than the public page", async () => {
    for (const path of paths) {
      const { status } = await ask(path);
      expect([path, status]).toEqual([
        path,
        expect.toSatisfy((it: number) => it >= 400 || it === 200),
      ]);
      // What got an answer was the public page, under the one name that the application knows.
      if (status === 200) expect([path, lastArrived().url]).toEqual([path, "/login"]);
    }
    expect(upstream.arrived.filter(({ url }) => url.split("?")[0] !== "/login")).toEqual([]);
    expect((await ask("/login?next=%2Forders")).status).toBe(200);
    expect(lastArrived().url).toBe("/login?next=%2Forders");
  });

  test("T18: no Host chooses the path that endsession is asked for", async () => {
    for (const host of hostsWithPaths) {
      const { status } = await ask("/orders", { host });
      expect([host, status]).toEqual([host, expect.toSatisfy((it: number) => it >= 400)]);
    }
    expect(upstream.arrived).toEqual([]);
  });

  test("T18: the routes for back ends are not to be had from outside", async () => {
    const headers = { authorization: `Bearer ${serviceToken}` };
    for (const [method, path] of [
      ["POST", "/sessions"],
      ["POST", "/introspect"],
      ["POST", "/security-events"],
      ["GET", "/mark"],
      ["GET", "/audit"],
      ["GET", "/denylist"],
    ] as const) {
      const { status } = await ask(path, headers, method);
      expect([path, status]).toEqual([
        path,
        expect.toSatisfy((it: number) => [401, 403].includes(it)),
      ]);
    }
    expect(service.seen.filter((one) => one.path !== "/verify")).toEqual([]);
  });

  test("T18 I22: a store that fails, a service that is down or slow: 503, and never a 200", async () => {
    const { cookie } = await signIn(); // Nobody has asked for it yet, so memory cannot tell.
    const expectUnknown = async (what: string): Promise<void> => {
      for (const accept of ["application/json", "text/html"]) {
        const answer = await ask("/orders", { cookie, accept });
        expect([what, answer.status, answer.headers["retry-after"]]).toEqual([what, 503, "2"]);
        expect([what, answer.headers["set-cookie"]]).toEqual([what, undefined]);
      }
    };
    service.broken = true;
    await expectUnknown("a store that fails");
    service.broken = false;
    service.hold = new Promise(() => undefined);
    await expectUnknown("a service that never answers");
    service.hold = null;
    await service.down();
    await expectUnknown("a service that is down");
    await service.up();
    expect(upstream.arrived).toEqual([]);
    expect((await ask("/orders", { cookie })).status).toBe(200);
  });

  test("T18: headers beyond all measure are no pass either", async () => {
    const { cookie } = await signIn();
    const many = Array.from({ length: 60 }, (_, at) => `c${at}=1`).join("; ");
    for (const cookies of [`${cookie}; ${many}`, `${cookie}; long=${"x".repeat(9000)}`]) {
      const { status } = await ask("/orders", { cookie: cookies });
      expect(status).toBeGreaterThanOrEqual(400);
    }
    expect(upstream.arrived).toEqual([]);
  });

  test("T18: the application's own errors are passed on as they are", async () => {
    const { cookie } = await signIn();
    expect((await ask("/boom", { cookie })).status).toBe(500);
    const own = await ask("/mine", { cookie, accept: "text/html" });
    expect([own.status, own.text]).toEqual([401, expect.stringContaining('"url":"/mine"')]);
  });

  test("CK-08: a dead cookie is deleted by the refusal, by one Set-Cookie", async () => {
    const { cookie } = await signIn();
    await service.endsession.sessions.endAll({ userId: "user-42" });
    for (const accept of ["application/json", "text/html"]) {
      const { headers } = await ask("/orders", { cookie, accept });
      expect(headers["set-cookie"]).toEqual([expect.stringMatching(/^es_session=;.*Max-Age=0/u)]);
    }
  });

  test("LO-01 T1 RV-01: a logout goes through with all of its cookies, and the copy is refused", async () => {
    const { cookie, bearer } = await signIn();
    expect((await ask("/orders", { cookie })).status).toBe(200);
    const form = {
      cookie,
      accept: "text/html",
      origin: proxy.url,
      "sec-fetch-site": "same-origin",
    };
    const answer = await ask("/logout", form, "POST");
    expect(answer.status).toBe(303);
    const names = answer.headers["set-cookie"]?.map((line) => line.split("=", 1)[0]);
    expect(names?.toSorted()).toEqual(["es_remember", "es_session"]);
    for (const headers of [{ cookie }, { authorization: `Bearer ${bearer}` }]) {
      expect((await ask("/orders", headers)).status).toBe(401);
    }
    // From another site it is refused, here as without a proxy.
    const other = await signIn();
    const foreign = { cookie: other.cookie, "sec-fetch-site": "cross-site" };
    expect((await ask("/logout", foreign, "POST")).status).toBe(403);
    expect((await ask("/orders", { cookie: other.cookie })).status).toBe(200);
  });

  test.each([
    ["all", () => service.endsession.sessions.endAll({ userId: "user-42" })],
    [
      "a password change",
      () =>
        service.endsession.sessions.securityEvent({ userId: "user-42", type: "password_changed" }),
    ],
    [
      "a disabled account",
      () =>
        service.endsession.sessions.securityEvent({ userId: "user-42", type: "account_disabled" }),
    ],
    ["an operator", () => service.endsession.sessions.endInstallation()],
  ] as const)("T1 RV-05: after the end by %s nothing of it passes", async (_, end) => {
    const { cookie, bearer } = await signIn();
    const all = [{ cookie }, { authorization: `Bearer ${bearer}` }];
    for (const headers of all) expect((await ask("/orders", headers)).status).toBe(200);
    await end();
    for (const headers of all) expect((await ask("/orders", headers)).status).toBe(401);
  });

  test("RV-02: events go through as they come, and end with the session", async () => {
    const { cookie } = await signIn();
    const sent = request({ host: "127.0.0.1", port, path: "/events", headers: { cookie } });
    sent.end();
    const [stream] = (await once(sent, "response")) as [IncomingMessage];
    let text = "";
    stream.on("data", (part: Buffer) => {
      text += part.toString();
    });
    const ended = once(stream, "end");
    while (!text.includes("event: hello")) await once(stream, "data");
    await ask("/logout", { cookie, "sec-fetch-site": "same-origin" }, "POST");
    await ended;
    expect(text).toContain("event: over");
  });

  test("keeps its connections to both open", async () => {
    const { cookie } = await signIn();
    await ask("/orders", { cookie });
    const before = [service.connections, upstream.connections()];
    for (let count = 0; count < 20; count += 1) await ask("/orders", { cookie });
    const opened = [service.connections, upstream.connections()].map(
      (now, at) => now - (before[at] ?? 0),
    );
    for (const count of opened) expect(count).toBeLessThan(5);
  });
});

test("T18: a spoofed identity would arrive without the lines that keep it out", async () => {
  const upstream = await startUpstream();
  const ports = await proxyPorts(upstream.port);
  const guards = /^.*(?:X-Auth-User \$|underscores_in_headers).*$/gmu;
  const proxy = await startExample("nginx", ports, {
    change: (text) => text.replaceAll(guards, ""),
  });
  await fetch(`${proxy.url}/login`, { headers: { "X-Auth-User": "admin" } });
  await proxy.stop();
  await upstream.stop();
  expect(upstream.arrived.map(({ headers }) => headers["x-auth-user"])).toEqual(["admin"]);
});
