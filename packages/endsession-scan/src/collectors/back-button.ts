/** The back button after logout, and where the page came from. */
import type { Page } from "playwright-core";
import type { Departure } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import type { Scene } from "../scene.ts";

/** Steps back at most: the logout may have left several pages of its own. */
const mostSteps = 3;

/**
 * Goes back step by step until private text shows or nothing is left.
 *
 * @param privateText what the private page showed while signed in
 * @param strangers text that anonymous visitors see as well
 */
export async function goBack(
  scene: Scene,
  device: Device,
  privateText: string,
  strangers: string,
): Promise<Departure["back"]> {
  const { page } = device;
  const lines = privateLines(scene, privateText, strangers);
  if (lines.length === 0) return null;
  let last: NonNullable<Departure["back"]> = { shown: false, from: "nowhere", text: null };
  for (let step = 0; step < mostSteps; step += 1) {
    const moved = await page.goBack({ waitUntil: "commit", timeout: 5000 }).then(
      () => true,
      () => false,
    );
    if (page.url() === "about:blank") break;
    await settle(page, 3000);
    // A guard of the page may need a moment to blank it.
    await page.waitForTimeout(700);
    const text = await device.text();
    const shown = showsPrivate(text, lines);
    last = { shown: shown !== null, from: moved ? await sourceOf(page) : "nowhere", text: shown };
    if (shown !== null) {
      await scene.shoot(device, "after-back", "After pressing Back");
      return last;
    }
  }
  await scene.shoot(device, "after-back", "After pressing Back");
  return last;
}

/** Where the page that Back led to came from. */
async function sourceOf(page: Page): Promise<NonNullable<Departure["back"]>["from"]> {
  const load = await page
    .evaluate(() => {
      const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      // A page that comes back alive keeps the entry of its first load.
      if (entry?.type !== "back_forward") return null;
      return { sent: entry.transferSize, worker: entry.workerStart > 0 };
    })
    .catch(() => null);
  if (load === null) return "back/forward cache";
  return load.sent === 0 && !load.worker ? "HTTP cache" : "server";
}

/** Lines of the private page that strangers do not get to read. */
export function privateLines(scene: Scene, privateText: string, strangers: string): string[] {
  const known = new Set(linesOf(strangers));
  const { username } = scene.plan.account;
  const identity = scene.plan.config.identityText;
  const lines = linesOf(privateText).filter((line) => !known.has(line));
  const named = lines.filter(
    (line) =>
      (username !== "" && line.toLowerCase().includes(username.toLowerCase())) ||
      (identity !== undefined && line.includes(identity)),
  );
  return named.length > 0 ? [...named, ...lines] : lines;
}

/** The first private line that is shown, when enough of them are. */
export function showsPrivate(text: string, lines: readonly string[]): string | null {
  const shown = new Set(linesOf(text));
  const hits = lines.filter((line) => shown.has(line));
  const enough = hits.length >= Math.max(1, Math.ceil(lines.length / 2));
  return enough ? (hits[0] ?? null) : null;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replaceAll(/\s+/gu, " ").replaceAll(/\d+/gu, "#").trim())
    .filter((line) => line.length >= 3);
}
