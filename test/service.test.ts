/** The service as it is run: a process that back ends in any language start sessions with. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, describe, expect, inject, it } from "vitest";
import { createDatabase } from "./services/postgres.ts";
import { startRedis } from "./services/redis.ts";
import type {} from "./services/setup.ts";
import { startProxy } from "./services/tcp-proxy.ts";
import { rowCounts } from "./support/database.ts";
import {
  asBackEnd,
  ask,
  endsession,
  newSettings,
  type Service,
  type Settings,
  startService,
  startSession,
} from "./support/service.ts";

const running: Service[] = [];
afterAll(async () => {
  const left = running.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  await Promise.all(left.map((service) => service.end("SIGKILL")));
});

async function start(settings: Settings): Promise<Service> {
  const service = await startService(settings);
  running.push(service);
  return service;
}

const postgres = inject("postgres18");
const redis = inject("redis");
const onServers = async (): Promise<Settings> =>
  newSettings({
    ENDSESSION_DATABASE: await createDatabase({ url: postgres ?? "" }),
    ENDSESSION_REDIS: redis ?? "",
  });

const stores: [string, () => Promise<Settings>][] = [
  ["a SQLite file", () => newSettings()],
  ...(postgres === null
    ? []
    : [["PostgreSQL and Redis", onServers] as [string, () => Promise<Settings>]]),
];

/** A connection on which a test decides what is sent when. */
async function openSocket({ url }: Service): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return { socket, received: () => text };
}

/** Sends the head and the first byte of a request whose body is to follow, and waits for a sign. */
async function slowRequest(
  service: Service,
  body: string,
): Promise<{ finish: () => Promise<string> }> {
  const { socket, received } = await openSocket(service);
  const head = [
    "POST /introspect HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${service.serviceToken}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  while (!received().includes("100 Continue")) await once(socket, "data");
  return {
    async finish() {
      socket.write(body);
      await once(socket, "close");
      return received().slice(received().indexOf("\r\n\r\n") + 4);
    },
  };
}

it("signs who is behind a request, for the upstreams that the settings name", async () => {
  const audience = "https://app.example/internal";
  const service = await start(await newSettings({ ENDSESSION_IDENTITY_AUDIENCE: audience }));
  const { cookie } = await startSession(service, "ada");
  const { headers } = await ask(service, "/verify", { cookie });
  const [, claims = ""] = headers.get("x-auth-jwt-assertion")?.split(".") ?? [];
  const said: unknown = JSON.parse(Buffer.from(claims, "base64url").toString());
  expect(said).toMatchObject({ sub: "ada", aud: audience });
});

describe.each(stores)("on %s", (_, settings) => {
  it("LO-01: a back end's session is live, and dead once it is logged out", async () => {
    const service = await start(await settings());
    const { cookie, id, accessToken, refreshToken, rememberMe } = await startSession(
      service,
      "ada",
    );
    const verified = await ask(service, "/verify", { cookie });
    expect(verified.status).toBe(200);
    expect(verified.headers.get("x-auth-user")).toBe("ada");
    expect(verified.headers.get("x-auth-session")).toBe(id);
    const isActive = async (token: string): Promise<unknown> =>
      (await ask(service, "/introspect", asBackEnd(service), { token })).body["active"];
    expect(await isActive(accessToken)).toBe(true);
    const out = await ask(
      service,
      "/logout",
      { cookie: `${cookie}; es_remember=${rememberMe}` },
      {},
    );
    expect([out.status, out.body["ok"]]).toEqual([200, true]);
    expect((await ask(service, "/verify", { cookie })).status).toBe(401);
    expect(await isActive(accessToken)).toBe(false);
    expect(await isActive(refreshToken)).toBe(false);
    const remembered = await ask(service, "/session", { cookie: `es_remember=${rememberMe}` });
    expect(remembered.status).toBe(401);
    expect(await service.end()).toBe(0);
  });

  it("LA-06: a security event ends the others, on another instance as well", async () => {
    const shared = await settings();
    const [here, there] = [await start(shared), await start(shared)];
    const { cookie } = await startSession(here, "ada");
    expect((await ask(there, "/verify", { cookie })).status).toBe(200);
    const event = { type: "password_changed", user_id: "ada" };
    const told = await ask(here, "/security-events", asBackEnd(here), event);
    expect(told.status).toBe(200);
    expect((await ask(there, "/verify", { cookie })).status).toBe(401);
    expect(await here.end()).toBe(0);
    expect(await there.end()).toBe(0);
  });

  it("AU-03: its logs hold no credential and no secret", async () => {
    const service = await start(await settings());
    const whole = await startSession(service, "ada");
    // The session id is the handle of the audit, and authenticates nobody.
    const { cookie, sessionToken, accessToken, refreshToken, rememberMe } = whole;
    const tokens = [sessionToken, accessToken, refreshToken, rememberMe];
    const junk = { authorization: `Bearer ${whole.refreshToken}`, cookie };
    await ask(service, "/introspect", junk, { token: whole.accessToken });
    await ask(service, `/session?token=${whole.accessToken}`, { cookie });
    await ask(service, `/not-me?ticket=${whole.accessToken}`);
    await ask(service, `/${whole.sessionToken}`, { "x-request-id": whole.sessionToken });
    await ask(service, "/token", {}, { grant_type: "refresh_token", refresh_token: "es_r_x" });
    await ask(service, "/logout", { cookie }, {});
    await service.end();
    const secrets = Object.entries(service.settings)
      .filter(([name]) => /SECRET|TOKEN/.test(name))
      .map(([, value]) => value);
    const password = new URL(service.settings["ENDSESSION_DATABASE"] ?? "").password;
    const kept = [...secrets, ...tokens, ...(password ? [`:${password}@`] : [])];
    const output = service.output();
    expect(output).toContain('"route":"/logout"');
    expect(kept.filter((secret) => secret.length < 4 || output.includes(secret))).toEqual([]);
  });
});

describe("GET /metrics", () => {
  it("a wrong or missing service credential is 401, and counted", async () => {
    const service = await start(await newSettings());
    const wrong = { authorization: `Bearer ${service.serviceToken.slice(0, -1)}!` };
    const refused = [
      await ask(service, "/sessions", wrong, { user_id: "ada" }),
      await ask(service, "/introspect", {}, { token: "x" }),
      await ask(service, "/metrics", wrong),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
    const { cookie } = await startSession(service, "ada");
    await ask(service, "/verify", { cookie });
    await ask(service, "/logout", { cookie }, {});
    await ask(service, "/verify", { cookie });
    const { text, headers } = await ask(service, "/metrics", asBackEnd(service));
    expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const samples = parseMetrics(text);
    expect(samples).toMatchObject({
      endsession_service_credential_refusals_total: 3,
      'endsession_verify_answers_total{answer="live"}': 1,
      'endsession_verify_answers_total{answer="refused"}': 1,
      'endsession_ends_total{scope="session",reason="logout"}': 1,
      'endsession_request_seconds_count{route="/verify",method="GET",status="200"}': 1,
      endsession_lease_held: 1,
      endsession_store_up: 1,
      endsession_store_failures_total: 0,
    });
    expect(samples["endsession_session_lookups_total"]).toBeGreaterThan(0);
    await service.end();
  });
});

/** Every sample of a text in Prometheus' format; throws on a line that is none. */
function parseMetrics(text: string): Record<string, number> {
  const samples: Record<string, number> = {};
  const typed = new Set<string>();
  for (const line of text.trimEnd().split("\n")) {
    const [, name] = /^# TYPE (\w+) (?:counter|gauge|histogram)$/.exec(line) ?? [];
    if (name !== undefined) typed.add(name);
    if (/^# (?:HELP \w+ .+|TYPE \w+ \w+)$/.test(line)) continue;
    const [, sample = "", family = "", value = ""] =
      /^((\w+)(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\})?) (\S+)$/.exec(line) ?? [];
    if (!typed.has(family.replace(/_(?:bucket|sum|count)$/, "")) && !typed.has(family)) {
      throw new Error(`No sample: ${line}`);
    }
    samples[sample] = Number(value);
  }
  return samples;
}

describe("requests", () => {
  it("AU-04: carry their id through the log and into the answer, unless it is not sane", async () => {
    const service = await start(await newSettings());
    const own = await ask(service, "/session", { "x-request-id": "edge-42" });
    expect(own.headers.get("x-request-id")).toBe("edge-42");
    await service.wrote('"request_id":"edge-42"');
    for (const odd of ["x".repeat(65), "a b", 'q"uote', "es_s_token"]) {
      const { headers } = await ask(service, "/session", { "x-request-id": odd });
      expect(headers.get("x-request-id")).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    }
    await service.end();
  });

  it("forwarded headers count from a trusted proxy alone", async () => {
    const forwarded = {
      "x-forwarded-for": "203.0.113.9, 198.51.100.7",
      "x-forwarded-proto": "https",
      "sec-fetch-site": "same-origin",
    };
    const seen = async (more: Settings): Promise<[string, boolean]> => {
      const service = await start(await newSettings(more));
      const out = await ask(service, "/logout", forwarded, {});
      await service.end();
      const [line = ""] = service
        .output()
        .split("\n")
        .filter((one) => one.includes("/logout"));
      const { address } = JSON.parse(line) as { address: string };
      return [address, out.headers.getSetCookie().every((one) => one.includes("Secure"))];
    };
    const another = { ENDSESSION_TRUSTED_PROXIES: "10.0.0.0/8" };
    expect(await seen(another)).toEqual(["127.0.0.1", false]);
    const both = { ENDSESSION_TRUSTED_PROXIES: "127.0.0.1, 198.51.100.0/24" };
    expect(await seen(both)).toEqual(["203.0.113.9", true]);
  });

  it("are below the base path, the service's own too", async () => {
    const service = await start(await newSettings({ ENDSESSION_BASE_PATH: "/auth" }));
    const statusOf = async (path: string): Promise<number> => (await ask(service, path)).status;
    expect(await statusOf("/auth/readyz")).toBe(200);
    expect(await statusOf("/auth/healthz")).toBe(200);
    expect([await statusOf("/readyz"), await statusOf("/session")]).toEqual([404, 404]);
    expect(await statusOf("//host/auth/readyz")).toBe(404);
    await service.end();
  });
});

describe("SIGTERM", () => {
  it("lets a request finish, ends streams, gives the lease back and exits with 0", async () => {
    const service = await start(await newSettings());
    const { cookie, accessToken } = await startSession(service, "ada");
    const stream = await fetch(`${service.url}/events`, { headers: { cookie } });
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const slow = await slowRequest(service, JSON.stringify({ token: accessToken }));
    const file = (service.settings["ENDSESSION_DATABASE"] ?? "").replace("file:", "");
    expect((await rowCounts(file))["instances"]).toBe(1);

    const ended = service.end("SIGTERM");
    // The stream ends by itself, while the request is under way.
    for (let done = false; !done;) ({ done } = await reader.read());
    expect(service.child.exitCode).toBeNull();
    await expect(fetch(`${service.url}/readyz`)).rejects.toThrow("fetch failed");
    const answer = await slow.finish();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('"active":true');
    expect(await ended).toBe(0);
    expect((await rowCounts(file))["instances"]).toBe(0);
    expect(service.output()).toContain('"msg":"stopped"');
  });

  it("cuts off what takes too long, and a second one ends the process at once", async () => {
    const patient = await start(await newSettings({ ENDSESSION_SHUTDOWN_SECONDS: "1" }));
    await slowRequest(patient, "{}");
    expect(await patient.end()).toBe(0);

    const waiting = await start(await newSettings({ ENDSESSION_SHUTDOWN_SECONDS: "600" }));
    await slowRequest(waiting, "{}");
    waiting.child.kill("SIGTERM");
    await waiting.wrote('"msg":"stopping"');
    // Those that follow at once are echoes of the first.
    const impatience = setInterval(() => waiting.child.kill("SIGTERM"), 50);
    expect(await waiting.end("SIGTERM")).toBe(1);
    clearInterval(impatience);
  });
});

describe.runIf(postgres !== null)("GET /readyz", () => {
  it("SS-06: is 503 while the database is gone, and no check passes", async () => {
    const url = new URL(await createDatabase({ url: postgres ?? "" }));
    const proxy = await startProxy(Number(url.port));
    url.port = String(proxy.port);
    const service = await start(await newSettings({ ENDSESSION_DATABASE: url.href }));
    const { cookie } = await startSession(service, "ada");
    const ready = await ask(service, "/readyz");
    expect([ready.status, ready.body]).toEqual([
      200,
      { status: "ready", store: "up", lease: "held" },
    ]);
    await proxy.mode("cut");
    const gone = await ask(service, "/readyz");
    expect([gone.status, gone.body["status"], gone.body["store"]]).toEqual([
      503,
      "not ready",
      "down",
    ]);
    await service.wrote("The feed of ends cannot be read");
    for (let lease = ""; lease !== "lost";) {
      lease = String((await ask(service, "/readyz")).body["lease"]);
    }
    expect((await ask(service, "/verify", { cookie })).status).toBe(503);
    await proxy.mode("pass");
    for (let status = 0; status !== 200;) ({ status } = await ask(service, "/readyz"));
    expect((await ask(service, "/verify", { cookie })).status).toBe(200);
    expect(await service.end()).toBe(0);
    await proxy.close();
  });
});

it.runIf(redis !== null)("goes on, and still ends sessions, when its Redis is killed", async () => {
  const own = await startRedis();
  const service = await start(await newSettings({ ENDSESSION_REDIS: own.url }));
  const { cookie } = await startSession(service, "ada");
  await own.kill();
  expect((await ask(service, "/verify", { cookie })).status).toBe(200);
  expect((await ask(service, "/logout", { cookie }, {})).status).toBe(200);
  expect((await ask(service, "/verify", { cookie })).status).toBe(401);
  expect((await ask(service, "/readyz")).status).toBe(200);
  // The command line says that it goes on without, too.
  const other = await startSession(service, "ada");
  const ended = await endsession(["sessions", "end", other.id], service.settings);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/^endsession: going on without ENDSESSION_REDIS "redis:\/\/127/);
  expect((await ask(service, "/verify", { cookie: other.cookie })).status).toBe(401);
  expect(await service.end()).toBe(0);
  await own.stop();
});
