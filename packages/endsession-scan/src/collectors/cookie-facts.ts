/** Cookies as facts: what the browser holds, joined with how the server set them. */
import type { Cookie } from "playwright-core";
import type { CookieFact, Twin } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { setCookiesOf } from "../http/cookies.ts";
import type { SetCookie } from "../http/cookies.ts";
import { digest } from "../http/secrets.ts";

const day = 86_400;

export async function cookieFacts(
  device: Device,
  authenticating: ReadonlySet<string>,
): Promise<CookieFact[]> {
  const set = new Map<string, SetCookie>();
  for (const { headers } of device.traffic.seen) {
    for (const cookie of setCookiesOf(headers)) if (!cookie.deletes) set.set(cookie.name, cookie);
  }
  const held = await device.context.cookies();
  return held.map((cookie) => {
    const { name, value, domain, path, secure, httpOnly } = cookie;
    return {
      name,
      value: value === "" ? "" : digest(value),
      length: name.length + value.length,
      domain,
      path,
      secure,
      httpOnly,
      sameSite: sameSiteOf(cookie, set.get(name)),
      days: daysOf(cookie, set.get(name)),
      authenticates: authenticating.has(name),
    };
  });
}

/** Several cookies of one authenticating name that one request carries: the server may read either. */
export async function twins(
  device: Device,
  authenticating: ReadonlySet<string>,
  urls: readonly string[],
  when: Twin["when"],
): Promise<Twin[]> {
  const sent = await Promise.all(urls.map((url) => device.context.cookies(url)));
  return [...authenticating].flatMap((name): Twin[] => {
    const same =
      sent
        .map((cookies) => cookies.filter((cookie) => cookie.name === name))
        .find((cookies) => cookies.length > 1) ?? [];
    return same.length < 2
      ? []
      : [{ name, when, cookies: same.map(({ domain, path }) => ({ domain, path })) }];
  });
}

/** As the server said it: browsers cut what is longer than 400 days. */
function daysOf({ expires }: Cookie, set: SetCookie | undefined): number | null {
  const maxAge = Number(set?.attributes.get("max-age") ?? Number.NaN);
  if (maxAge > 0) return Math.round(maxAge / day);
  const date = Date.parse(set?.attributes.get("expires") ?? "");
  if (date > Date.now()) return Math.round((date - Date.now()) / 1000 / day);
  return expires > 0 ? Math.round((expires - Date.now() / 1000) / day) : null;
}

/** The browser fills in Lax where the server said nothing: what the server said counts. */
function sameSiteOf({ sameSite }: Cookie, set: SetCookie | undefined): CookieFact["sameSite"] {
  if (set === undefined) return sameSite;
  const said = set.attributes.get("samesite")?.toLowerCase();
  return said === "strict" ? "Strict" : said === "lax" ? "Lax" : said === "none" ? "None" : null;
}
