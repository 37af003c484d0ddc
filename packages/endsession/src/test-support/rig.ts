/** What the tests of the whole library are told in: an installation, devices, and a clock. */
import { createEndSession, type EndSession, type EndSessionOptions } from "../endsession.ts";
import type { Clock } from "../core/clock.ts";
import { onTestFinished } from "vitest";
import { emptyStore, onPostgres, storeOptions } from "./stores.ts";

export const origin = "https://app.example";
export const serviceToken = "service-credential-of-32-letters!";
export const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  #now = 1_800_000_000_000;
  now(): number {
    return this.#now;
  }
  monotonic(): number {
    return this.#now;
  }
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** An installation, closed after the test. The password of every user is "right". */
export async function openInstallation(
  options: Partial<EndSessionOptions> = {},
): Promise<EndSession> {
  const installation = await createEndSession({
    store: options.store ?? (await emptyStore()),
    ...(await storeOptions()),
    origin,
    serviceToken,
    rateLimit: { limit: 1000 },
    verifyPassword: async ({ identifier, userId, password }) =>
      password === "right" ? { userId: userId ?? identifier ?? "" } : null,
    ...options,
  });
  if (onPostgres) onTestFinished(() => installation.close());
  return installation;
}

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Sends a request to the handler. A body is JSON unless it is a string. */
export async function send(
  installation: EndSession,
  method: string,
  path: string,
  init: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  const { body } = init;
  const headers = new Headers(init.headers);
  if (body !== undefined && !headers.has("content-type")) {
    headers.set("content-type", "application/json");
  }
  const payload =
    body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
  const request = new Request(origin + path, { method, headers, body: payload });
  const response = await installation.handler.fetch(request, { address: "192.0.2.7" });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

/** A device that holds every kind of credential of one session. */
export interface Device {
  readonly sessionId: string;
  readonly userId: string;
  readonly cookie: string;
  readonly rememberMe: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Signs a device in, with a session that has every kind of credential. */
export async function signInDevice(
  installation: EndSession,
  userId: string,
  userAgent: string = firefox,
): Promise<Device> {
  const credentials = await installation.sessions.start({
    userId,
    tokens: { clientId: null },
    rememberMe: true,
    request: { address: "192.0.2.7", userAgent },
  });
  const { sessionToken, rememberMeToken, accessToken, refreshToken, session } = credentials;
  return {
    sessionId: session.id,
    userId,
    cookie: sessionToken ?? "",
    rememberMe: rememberMeToken ?? "",
    accessToken: accessToken ?? "",
    refreshToken: refreshToken ?? "",
  };
}

/** The headers of a same-origin browser request with the session cookie. */
export function byCookie(device: { readonly cookie: string }): Record<string, string> {
  return {
    cookie: `__Host-es_session=${device.cookie}`,
    "sec-fetch-site": "same-origin",
    "user-agent": firefox,
  };
}

/** The headers of a browser request with only the remember-me cookie. */
export function byRememberMe(device: { readonly rememberMe: string }): Record<string, string> {
  return {
    cookie: `__Host-es_remember=${device.rememberMe}`,
    "sec-fetch-site": "same-origin",
    "user-agent": firefox,
  };
}

/** The headers of a request with an access token. */
export function byToken(device: { readonly accessToken: string }): Record<string, string> {
  return { authorization: `Bearer ${device.accessToken}`, "user-agent": firefox };
}

/** The headers of a back end. */
export const asService: Record<string, string> = { authorization: `Bearer ${serviceToken}` };

/** Every way to use a device's credentials, by name: each says whether it was accepted. */
export const uses: Readonly<
  Record<string, (installation: EndSession, device: Device) => Promise<boolean>>
> = {
  "session cookie at /session": async (of, device) =>
    (await send(of, "GET", "/session", { headers: byCookie(device) })).status === 200,
  "session cookie at /sessions": async (of, device) =>
    (await send(of, "GET", "/sessions", { headers: byCookie(device) })).status === 200,
  "session cookie at /verify": async (of, device) =>
    (await send(of, "GET", "/verify", { headers: byCookie(device) })).status === 200,
  "session cookie at /introspect": (of, device) => isActive(of, device.cookie),
  "access token at /session": async (of, device) =>
    (await send(of, "GET", "/session", { headers: byToken(device) })).status === 200,
  "access token at /sessions": async (of, device) =>
    (await send(of, "GET", "/sessions", { headers: byToken(device) })).status === 200,
  "access token at /verify": async (of, device) =>
    (await send(of, "GET", "/verify", { headers: byToken(device) })).status === 200,
  "access token at /introspect": (of, device) => isActive(of, device.accessToken),
  "refresh token at /introspect": (of, device) => isActive(of, device.refreshToken),
  "refresh token at /token": async (of, device) => {
    const body = { grant_type: "refresh_token", refresh_token: device.refreshToken };
    return (await send(of, "POST", "/token", { body })).status === 200;
  },
  "remember-me token at /session": async (of, device) =>
    (await send(of, "GET", "/session", { headers: byRememberMe(device) })).status === 200,
};

async function isActive(installation: EndSession, token: string): Promise<boolean> {
  const answer = await send(installation, "POST", "/introspect", {
    headers: asService,
    body: { token },
  });
  return answer.body["active"] === true;
}
