/** The request that exchanges a refresh token, as the application's own page sends it. */
import type { Capture, Device } from "../browser/device.ts";
import { cookiesFor } from "../browser/device.ts";
import type { Seen } from "../browser/traffic.ts";
import type { Answer, Ask } from "../http/answer.ts";
import { cookieHeader, setCookiesOf } from "../http/cookies.ts";
import { carrierHeaders, plainHeaders } from "../probe/carriers.ts";
import type { Scene } from "../scene.ts";

/** A token as it stands at one moment: cookies of the refresh address, and a value in the body. */
export interface RefreshToken {
  readonly cookies: ReadonlyMap<string, string>;
  readonly body: string | null;
}

export interface RefreshCall {
  readonly url: string;
  /** How it was found, in words. */
  readonly found: string;
  /** The token that a device holds now. */
  tokenOf(device: Device, capture: Capture): RefreshToken;
  ask(token: RefreshToken): Ask;
  /** The token that an answer hands out, or `null` when it hands out nothing. */
  next(answer: Answer, before: RefreshToken): RefreshToken | null;
}

const refreshAddress = /refresh|renew|silent|\/oauth2?\/token|\/auth\/token|\/token(?:$|[/?])/iu;

/** Looks for the request in what the device's browser sent; reloading may be what causes it. */
export async function findRefreshCall(scene: Scene, device: Device): Promise<RefreshCall | null> {
  const configured = scene.plan.config.refresh;
  if (configured !== undefined) {
    const body = scene.plan.fill(configured.body);
    const url = scene.plan.address(configured.url);
    const headers = Object.entries({
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...configured.headers,
    });
    return callOf(
      { method: configured.method, url, headers, ...(body === undefined ? {} : { body }) },
      "named in the configuration",
    );
  }
  await device.page.reload().catch(() => undefined);
  await device.page.waitForTimeout(500);
  await device.traffic.settled();
  const { password } = scene.plan.account;
  const seen = device.traffic.seen.findLast((it) => isRefresh(it) && !signsIn(it, password));
  return seen === undefined ? null : callOf(seen.ask, "sent by the application's page");
}

/** Asked by a script, answered with something new. */
function isRefresh({ type, ask, status, headers, body }: Seen): boolean {
  if (!["xhr", "fetch"].includes(type) || ask.method === "OPTIONS" || status < 200 || status > 299)
    return false;
  if (
    !refreshAddress.test(new URL(ask.url).pathname) &&
    !/grant_type=refresh_token|refresh_?token/iu.test(ask.body ?? "")
  )
    return false;
  return (
    setCookiesOf(headers).some(({ deletes }) => !deletes) ||
    tokenIn(body) !== null ||
    /access_?token|"token"/iu.test(body)
  );
}

/** A sign-in may stand at the same address, and hands out tokens as well. */
function signsIn({ ask: { url, body = "" } }: Seen, password: string): boolean {
  const forms = [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1)];
  const sent = `${url} ${body}`;
  return (
    /grant_type=(?:password|authorization_code|client_credentials)/u.test(sent) ||
    (password !== "" &&
      [sent, sent.replaceAll("+", "%20")].some((text) => forms.some((it) => text.includes(it))))
  );
}

function callOf(seen: Ask, found: string): RefreshCall {
  const headers = [
    ...plainHeaders(seen.headers),
    ...carrierHeaders(seen.headers).filter(([name]) => name !== "authorization"),
  ];
  return {
    url: seen.url,
    found: `${seen.method} ${new URL(seen.url).pathname}, ${found}`,
    tokenOf: (device, capture) => ({
      cookies: new Map(cookiesFor(capture, seen.url).map(({ name, value }) => [name, value])),
      body: latestInBodies(device) ?? tokenIn(seen.body ?? ""),
    }),
    ask: (token) => {
      const cookies = [...token.cookies].map(([name, value]) => ({ name, value }));
      const body =
        token.body === null || seen.body === undefined
          ? seen.body
          : withToken(seen.body, token.body);
      return {
        method: seen.method,
        url: seen.url,
        headers: cookies.length === 0 ? headers : [...headers, ["cookie", cookieHeader(cookies)]],
        ...(body === undefined ? {} : { body }),
      };
    },
    next: (answer, before) => {
      if (answer.status < 200 || answer.status > 299) return null;
      const set = setCookiesOf(answer.headers).filter(
        ({ deletes, value }) => !deletes && value !== "",
      );
      const body = tokenIn(answer.body);
      if (set.length === 0 && body === null && !/access_?token|"token"/iu.test(answer.body))
        return null;
      return {
        cookies: new Map([
          ...before.cookies,
          ...set.map(({ name, value }): [string, string] => [name, value]),
        ]),
        body: body ?? before.body,
      };
    },
  };
}

const member = /("?refresh_?token"?\s*[:=]\s*"?)([^"&\s,}]+)/iu;

/** The refresh token in a body of JSON or form fields. */
function tokenIn(body: string): string | null {
  return member.exec(body)?.[2] ?? null;
}

function withToken(body: string, token: string): string {
  return body.replace(member, (_, name: string) => name + token);
}

function latestInBodies(device: Device): string | null {
  const bodies = device.traffic.seen
    .filter(({ type }) => ["xhr", "fetch"].includes(type))
    .map(({ body }) => tokenIn(body));
  return bodies.findLast((token) => token !== null) ?? null;
}

export function sameToken(a: RefreshToken, b: RefreshToken): boolean {
  return (
    a.body === b.body && [...a.cookies].every(([name, value]) => b.cookies.get(name) === value)
  );
}
