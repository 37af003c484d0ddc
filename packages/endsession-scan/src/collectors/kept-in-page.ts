/** What scripts can reach in the page: tokens while signed in, the user's data afterwards. */
import type { Page } from "playwright-core";
import type { LeftItem, StoredToken } from "../artifacts.ts";
import type { Capture } from "../browser/device.ts";
import { digest } from "../http/secrets.ts";
import type { Scene } from "../scene.ts";

const jwt = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/u;
const shortestToken = 16;

/** Tokens in web storage: those that were seen to authenticate, and what looks like a JWT. */
export function tokensIn(capture: Capture, credentials: readonly string[]): StoredToken[] {
  return capture.storage.flatMap(({ store, key, value }): StoredToken[] => {
    const known = credentials.find((one) => one.length >= shortestToken && value.includes(one));
    const token = known ?? jwt.exec(value)?.[0];
    return token === undefined
      ? []
      : [{ store, key, value: digest(token), authenticates: known !== undefined }];
  });
}

/** Everything that the origin's storages hold now, as text. */
export async function storedIn(
  page: Page,
): Promise<{ store: LeftItem["store"]; key: string; text: string }[]> {
  return page
    .evaluate(async () => {
      type Entry = {
        store: "localStorage" | "sessionStorage" | "IndexedDB" | "Cache Storage";
        key: string;
        text: string;
      };
      const entries: Entry[] = [];
      for (const store of ["localStorage", "sessionStorage"] as const) {
        for (const [key, value] of Object.entries(window[store]))
          entries.push({ store, key, text: String(value) });
      }
      const limit = 200;
      for (const { name } of (await indexedDB.databases?.().catch(() => [])) ?? []) {
        if (name === undefined) continue;
        const database = await new Promise<IDBDatabase | null>((resolve) => {
          const opening = indexedDB.open(name);
          opening.addEventListener("success", () => {
            resolve(opening.result);
          });
          opening.addEventListener("error", () => {
            resolve(null);
          });
          opening.addEventListener("blocked", () => {
            resolve(null);
          });
        });
        for (const table of database?.objectStoreNames ?? []) {
          const rows = await new Promise<unknown[]>((resolve) => {
            const request = database?.transaction(table).objectStore(table).getAll(null, limit);
            request?.addEventListener("success", () => {
              resolve(request.result);
            });
            request?.addEventListener("error", () => {
              resolve([]);
            });
          });
          for (const row of rows) {
            entries.push({
              store: "IndexedDB",
              key: `${name}/${table}`,
              text: typeof row === "string" ? row : JSON.stringify(row),
            });
          }
        }
        database?.close();
      }
      if ("caches" in window) {
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of (await cache.keys()).slice(0, limit)) {
            const response = await cache.match(request);
            const type = response?.headers.get("content-type") ?? "";
            if (!/html|json|text\/plain/u.test(type)) continue;
            entries.push({
              store: "Cache Storage",
              key: `${name} ${new URL(request.url).pathname}`,
              text: ((await response?.text()) ?? "").slice(0, 200_000),
            });
          }
        }
      }
      return entries;
    })
    .catch(() => []);
}

/** What of it is the user's: a credential, the name, the e-mail address, text shown to them alone. */
export function leftBehind(
  scene: Scene,
  stored: Awaited<ReturnType<typeof storedIn>>,
  credentials: readonly string[],
): LeftItem[] {
  const { username } = scene.plan.account;
  const identity = scene.plan.config.identityText;
  return stored.flatMap(({ store, key, text }): LeftItem[] => {
    const lower = text.toLowerCase();
    const what = credentials.some((one) => one.length >= shortestToken && text.includes(one))
      ? "a credential of the session"
      : jwt.test(text)
        ? "what looks like a token"
        : username.length >= 4 && lower.includes(username.toLowerCase())
          ? "the user's name or e-mail address"
          : identity !== undefined && text.includes(identity)
            ? "text that is shown to this user only"
            : null;
    return what === null ? [] : [{ store, key, what }];
  });
}
