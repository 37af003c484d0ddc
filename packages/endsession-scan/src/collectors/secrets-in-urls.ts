/** Addresses that carried a credential: they end in histories, logs and Referer headers. */
import type { Survey } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import type { Scene } from "../scene.ts";

const shortest = 12;
const sessionParameter =
  /[?&;](?:jsessionid|phpsessid|sid|session|session_?id|access_?token|auth_?token|id_?token)=([^&#;]{8,})/iu;

export function secretsInUrls(
  scene: Scene,
  device: Device,
  credentials: readonly string[],
): Survey["secretsInUrls"] {
  const { password } = scene.plan.account;
  const { secrets } = scene.world;
  const found = new Map<string, string>();
  for (const { ask } of device.traffic.seen) {
    const decoded = safelyDecoded(ask.url);
    const what = credentials.some((one) => one.length >= shortest && decoded.includes(one))
      ? "a credential of the session"
      : password.length >= 6 && decoded.includes(password)
        ? "the password"
        : sessionParameter.test(ask.url)
          ? "a session id or token as a parameter"
          : null;
    const value = sessionParameter.exec(ask.url)?.[1];
    if (value !== undefined) secrets.add(value);
    if (what !== null) found.set(ask.url.split("?")[0] ?? ask.url, what);
  }
  return [...found].map(([url, what]) => ({ url: secrets.cut(url), what }));
}

function safelyDecoded(url: string): string {
  try {
    // A form writes a space as a plus sign.
    return decodeURIComponent(url.replaceAll("+", "%20"));
  } catch {
    return url;
  }
}
