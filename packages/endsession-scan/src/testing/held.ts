/** What was captured, as values, and what an answer changes of it. */
import type { Capture } from "../browser/device.ts";
import { cookiesFor } from "../browser/device.ts";
import type { Answer } from "../http/answer.ts";
import { setCookiesOf } from "../http/cookies.ts";
import type { CookieLike } from "./sources.ts";

export interface HeldCookie {
  readonly name: string;
  readonly value: string;
  /** `null`: the host of whoever is asked. */
  readonly domain: string | null;
  readonly path: string;
  readonly secure: boolean;
  /** As it was given, with whatever else it has. */
  readonly origin: CookieLike;
}

export interface Held {
  readonly cookies: readonly HeldCookie[];
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What is held, as a device would hold it that asks this address. */
export function captureOf({ cookies, headers }: Held, url: string): Capture {
  return {
    cookies: cookies.map(({ name, value, domain, path, secure }) => ({
      name,
      value,
      domain: domain ?? new URL(url).hostname,
      path,
      secure,
      expires: -1,
      httpOnly: false,
      sameSite: "Lax",
    })),
    headers,
    storage: [],
  };
}

/** What is held after an answer: cookies that were sent and got another value are replaced. */
export function after(held: Held, answer: Answer): { held: Held; replaced: HeldCookie[] } {
  const { url } = answer.ask;
  const fresh = new Map(
    setCookiesOf(answer.headers)
      .filter(({ deletes }) => !deletes)
      .map(({ name, value }) => [name, value]),
  );
  const sent = new Set(cookiesFor(captureOf(held, url), url).map(({ name }) => name));
  const replaced: HeldCookie[] = [];
  const cookies = held.cookies.map((cookie) => {
    const value = fresh.get(cookie.name);
    if (value === undefined || value === cookie.value || !sent.has(cookie.name)) return cookie;
    const next = { ...cookie, value, origin: { ...cookie.origin, value } };
    replaced.push(next);
    return next;
  });
  return { held: replaced.length === 0 ? held : { ...held, cookies }, replaced };
}
