import { headerOf } from "../../http/answer.ts";
import type { Check } from "../check.ts";
import { ok, unknown } from "../check.ts";
import { pathOf } from "../said.ts";
import { sameHost } from "../visit.ts";

const usual = ["/sw.js", "/service-worker.js", "/serviceworker.js"];

/** Whether a service worker keeps answers, which then outlive a logout. */
export const serviceWorker: Check = {
  id: "service-worker",
  title: "No service worker keeps answers beyond a logout",
  requirement: "CL-05",
  async look({ target, home, signIn, ask }) {
    const pages = [home, ...(signIn === null ? [] : [signIn])];
    const named = pages.flatMap(({ body, ask: { url } }) =>
      [...body.matchAll(/serviceWorker\s*\.\s*register\(\s*["'`]([^"'`]+)/gu)].flatMap(
        ([, address = ""]) => (URL.canParse(address, url) ? [new URL(address, url).href] : []),
      ),
    );
    const addresses = [...named, ...usual.map((path) => new URL(path, target).href)].filter((url) =>
      sameHost(url, target),
    );
    const answers = await Promise.all([...new Set(addresses)].map((url) => ask({ url })));
    const workers = answers.filter(
      ({ status, headers }) =>
        status === 200 && (headerOf(headers, "content-type") ?? "").includes("javascript"),
    );
    const [keeping] = workers.filter(({ body }) =>
      /\bcaches\s*\.|\bcache\.(?:put|add)|workbox|precache/u.test(body),
    );
    if (keeping !== undefined) {
      return {
        state: "warn",
        seen: `${pathOf(keeping.ask.url)} is a service worker that keeps answers.`,
        advice:
          "Let it leave answers to signed-in requests alone, or delete its private caches at logout; the scan tries it offline.",
      };
    }
    if (workers.length > 0) return ok("There is a service worker, and it keeps no answers.");
    return named.length > 0
      ? unknown("A service worker is registered, but its script was not found.")
      : ok("No service worker was found.");
  },
};
