/** A second tab on the same device, open on a private page while the first one signs out. */
import type { Departure } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import type { Scene } from "../scene.ts";
import { privateLines, showsPrivate } from "./back-button.ts";

/** How long a tab may take to leave, in milliseconds: five times what LO/CL-04 asks. */
const patience = 5000;

export interface SecondTab {
  look(credentials: readonly string[], answered: number): Promise<Departure["otherTab"]>;
}

/** @param strangers what an anonymous visitor reads at the same address */
export async function openSecondTab(
  scene: Scene,
  device: Device,
  strangers: string,
): Promise<SecondTab> {
  const [landing] = scene.pages;
  const tab = await device.context.newPage();
  if (landing !== undefined) await device.goto(landing, tab).catch(() => undefined);
  let text = await device.text(tab);
  for (let round = 0; text.trim() === "" && round < 10; round += 1) {
    await tab.waitForTimeout(300);
    text = await device.text(tab);
  }
  const lines = privateLines(scene, text, strangers);
  await device.page.bringToFront();
  return {
    look: async (credentials, answered) => {
      if (lines.length === 0) {
        await tab.close();
        return null;
      }
      const deadline = answered + patience;
      let shown = showsPrivate(await device.text(tab), lines);
      while (shown !== null && device.now() < deadline) {
        await tab.waitForTimeout(250);
        shown = showsPrivate(await device.text(tab), lines);
      }
      if (shown !== null) {
        // Some pages ask again when somebody looks at them.
        await tab.bringToFront();
        await tab
          .evaluate(() => {
            window.dispatchEvent(new Event("focus"));
            document.dispatchEvent(new Event("visibilitychange"));
          })
          .catch(() => undefined);
        const end = device.now() + patience;
        while (shown !== null && device.now() < end) {
          await tab.waitForTimeout(250);
          shown = showsPrivate(await device.text(tab), lines);
        }
      }
      const stays = shown !== null;
      if (stays) await scene.shoot(device, "other-tab", "The other tab after the logout", tab);
      const reinstalled = await cameBack(scene, device, credentials);
      await tab.close();
      await device.page.bringToFront();
      return { stays, text: shown, reinstalled };
    },
  };
}

/** Authenticating cookies that are in the jar again, after the logout, and are accepted. */
async function cameBack(
  scene: Scene,
  device: Device,
  credentials: readonly string[],
): Promise<string[]> {
  const capture = await device.capture();
  const { reception } = await scene.reception({ ...capture, headers: new Map() }, device.name);
  if (reception !== "accepted") return [];
  const names = new Set(scene.sets.flatMap(({ carriers }) => carriers.map(({ name }) => name)));
  return capture.cookies
    .filter(({ name, value }) => names.has(name) && value !== "" && !credentials.includes(value))
    .map(({ name }) => `cookie ${name}`);
}

export async function readAsStranger(scene: Scene, url: string | undefined): Promise<string> {
  if (url === undefined) return "";
  const stranger = await scene.device("anonymous");
  try {
    await stranger.goto(url).catch(() => undefined);
    await settle(stranger.page, 2000);
    return await stranger.text();
  } finally {
    await scene.close(stranger);
  }
}
