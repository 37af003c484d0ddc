/** The back button after logout, and where the page came from. */
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
    const since = device.now();
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
    await device.traffic.settled();
    const asked = device.traffic.seen.some(
      ({ at, type, ask }) =>
        at >= since && type === "document" && ask.url.split("#")[0] === page.url().split("#")[0],
    );
    const restored = await page
      .evaluate(() =>
        performance
          .getEntriesByType("navigation")
          .some((it) => (it as PerformanceNavigationTiming).type === "back_forward"),
      )
      .catch(() => false);
    last = {
      shown: shown !== null,
      from: !moved ? "nowhere" : !restored ? "back/forward cache" : asked ? "server" : "HTTP cache",
      text: shown,
    };
    if (shown !== null) {
      await scene.shoot(device, "after-back", "After pressing Back");
      return last;
    }
  }
  await scene.shoot(device, "after-back", "After pressing Back");
  return last;
}

/** Lines of the private page that strangers do not get to read. */
export function privateLines(scene: Scene, privateText: string, strangers: string): string[] {
  const known = new Set(linesOf(strangers));
  const { username } = scene.plan.account;
  const identity = scene.plan.config.identityText;
  const lines = linesOf(privateText).filter((line) => !known.has(line));
  const named = lines.filter(
    (line) =>
      line.toLowerCase().includes(username.toLowerCase()) ||
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
