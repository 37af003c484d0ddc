/** Addresses that carried a credential: they end in histories, logs and Referer headers. */
import type { Survey } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import type { Seen } from "../browser/traffic.ts";
import { compare } from "../probe/baseline.ts";
import { plainHeaders } from "../probe/carriers.ts";
import type { Scene } from "../scene.ts";

const shortest = 12;
const sessionParameter =
  /([?&;](?:jsessionid|phpsessid|sid|session|session_?id|access_?token|auth_?token|id_?token)=)([^&#;]{8,})/iu;
/** So many addresses are tried whose parameter is a secret by its name alone. */
const mostTried = 3;

export async function secretsInUrls(
  scene: Scene,
  device: Device,
  credentials: readonly string[],
): Promise<Survey["secretsInUrls"]> {
  const { password } = scene.plan.account;
  const { secrets } = scene.world;
  const found = new Map<string, string>();
  const named: Seen[] = [];
  for (const seen of device.traffic.seen) {
    const { url } = seen.ask;
    const decoded = safelyDecoded(url);
    const value = sessionParameter.exec(url)?.[2];
    if (value !== undefined) secrets.add(value);
    if (credentials.some((one) => one.length >= shortest && decoded.includes(one)))
      found.set(withoutQuery(url), "a credential of the session");
    else if (password.length >= 6 && decoded.includes(password))
      found.set(withoutQuery(url), "the password");
    else if (value !== undefined && seen.ask.method === "GET") named.push(seen);
  }
  for (const { ask } of named.slice(0, mostTried)) {
    if (found.has(withoutQuery(ask.url))) continue;
    if (await opens(scene, ask)) found.set(withoutQuery(ask.url), "a session id or token");
  }
  return [...found].map(([url, what]) => ({ url: secrets.cut(url), what }));
}

/** Whether an address shows more to anybody with the value of its parameter than with another. */
async function opens({ client }: Scene, { url, headers }: Seen["ask"]): Promise<boolean> {
  const other = url.replace(sessionParameter, (_, name: string, value: string) => {
    return name + "x".repeat(value.length);
  });
  const ask = (to: string) =>
    client.send({ method: "GET", url: to, headers: plainHeaders(headers) }, "anonymous");
  const own = [await ask(url), await ask(url)];
  return compare(own, [await ask(other), await ask(other)]) !== null;
}

function withoutQuery(url: string): string {
  return url.split("?")[0] ?? url;
}

function safelyDecoded(url: string): string {
  try {
    // A form writes a space as a plus sign.
    return decodeURIComponent(url.replaceAll("+", "%20"));
  } catch {
    return url;
  }
}
