/** Opening the application again after logout, with nothing typed. */
import type { Departure } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import { controlsOf } from "../discover/controls.ts";
import { askedBy } from "../discover/sign-in-form.ts";
import { signInScore } from "../discover/words.ts";
import type { Scene } from "../scene.ts";

export async function comeBack(scene: Scene, device: Device): Promise<Departure["signsBackIn"]> {
  const [landing] = scene.pages;
  if (landing === undefined) return null;
  const since = device.now();
  await device.goto(landing).catch(() => undefined);
  let how = "opening the private page again";
  let back = await signedInNow(scene, device);
  const asked = await askedBy(device.page, scene.plan.config.fields);
  if (!back && (asked === null || asked.password === null)) {
    const link = (await controlsOf(device.page))
      .filter(({ visible }) => visible)
      .map((control) => ({ control, score: signInScore(control.text, control.address) }))
      .filter(({ score }) => score > 0)
      .toSorted((x, y) => y.score - x.score)[0]?.control;
    if (link !== undefined) {
      how = `one click on “${link.text}”`;
      await link.locator.click({ timeout: 3000 }).catch(() => undefined);
      await settle(device.page);
      back = await signedInNow(scene, device);
    }
  }
  await device.traffic.settled();
  const home = new URL(scene.plan.start).origin;
  const through = device.traffic.seen.find(
    ({ at, type, ask }) => at >= since && type === "document" && new URL(ask.url).origin !== home,
  );
  return {
    signedIn: back,
    how,
    through: through === undefined ? null : new URL(through.ask.url).origin,
  };
}

async function signedInNow(scene: Scene, device: Device): Promise<boolean> {
  const capture = await device.capture();
  return (
    (await scene.reception({ ...capture, headers: new Map() }, device.name)).reception ===
    "accepted"
  );
}
