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
      days: cookie.expires > 0 ? Math.round((cookie.expires - Date.now() / 1000) / day) : null,
      authenticates: authenticating.has(name),
    };
  });
}

/** Several cookies of one authenticating name. */
export async function twins(
  device: Device,
  authenticating: ReadonlySet<string>,
  when: Twin["when"],
): Promise<Twin[]> {
  const held = await device.context.cookies();
  return [...authenticating].flatMap((name): Twin[] => {
    const same = held.filter((cookie) => cookie.name === name);
    return same.length < 2
      ? []
      : [{ name, when, cookies: same.map(({ domain, path }) => ({ domain, path })) }];
  });
}

/** The browser fills in Lax where the server said nothing: what the server said counts. */
function sameSiteOf({ sameSite }: Cookie, set: SetCookie | undefined): CookieFact["sameSite"] {
  if (set === undefined) return sameSite;
  const said = set.attributes.get("samesite")?.toLowerCase();
  return said === "strict" ? "Strict" : said === "lax" ? "Lax" : said === "none" ? "None" : null;
}
