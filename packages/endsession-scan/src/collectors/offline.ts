/** The private address without a network: what a service worker kept. */
import type { Departure } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import type { Scene } from "../scene.ts";
import { privateLines, showsPrivate } from "./back-button.ts";

export async function offline(
  scene: Scene,
  device: Device,
  privateText: string,
): Promise<Departure["serviceWorker"]> {
  const { page, context } = device;
  // Back may have led out of the application.
  if (!/^https?:/u.test(page.url())) await device.goto(scene.plan.start).catch(() => undefined);
  const registered = await page
    .evaluate(async () => (await navigator.serviceWorker?.getRegistrations?.())?.length ?? 0)
    .catch(() => 0);
  if (registered === 0) return { registered: false, servesPrivate: false, url: null };
  const lines = privateLines(scene, privateText, "");
  await context.setOffline(true);
  try {
    for (const url of scene.pages) {
      await page.goto(url, { timeout: 5000 }).catch(() => undefined);
      await page.waitForTimeout(500);
      if (showsPrivate(await device.text(), lines) !== null)
        return { registered: true, servesPrivate: true, url };
    }
    return { registered: true, servesPrivate: false, url: null };
  } finally {
    await context.setOffline(false);
  }
}
