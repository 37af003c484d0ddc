/** "Log out everywhere" on one device, and what the other still may. */
import type { OthersEnded } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { reasonOf } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import { controlsOf } from "../discover/controls.ts";
import { isConfirmation, matches } from "../discover/words.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";

export async function logoutAll(scene: Scene): Promise<OthersEnded> {
  if (!scene.extent.logoutAll)
    throw new Skip("Ending all sessions of the account was not asked for (--logout-all).", true);
  const configured = scene.plan.config.logoutAll;
  if (configured === false)
    throw new Skip("The application has no such control, says the configuration.", true);
  const here = await scene.signedIn("A");
  const there = await scene.signedIn("B");
  const captured = await there.capture();
  if ((await scene.reception(captured, "fresh client")).reception !== "accepted") {
    throw new Skip("The other device's captured session was not accepted before the act.");
  }
  const how =
    configured === undefined
      ? await press(scene, here)
      : await byConfiguration(scene, here, configured);
  const { reception, answer } = await scene.reception(captured, "replay");
  const own = await scene.alive(here);
  await Promise.all([scene.close(here), scene.close(there)]);
  return { how, done: true, here: own.reception, there: reception, exchange: answer?.id ?? "" };
}

/** Finds the control on the private pages, and confirms where it asks again. */
async function press(scene: Scene, device: Device): Promise<string> {
  for (const url of scene.pages) {
    if (device.page.url() !== url) await device.goto(url).catch(() => undefined);
    const controls = (await controlsOf(device.page)).filter(
      ({ text, address, formMethod }) =>
        matches("everywhere", text) ||
        (formMethod === "post" && /logout.?all|all.?sessions|revoke.?all/iu.test(address)),
    );
    // Beside "all devices" there may be "all other devices", which promises less.
    const control = controls.find(({ text }) => !matches("others", text)) ?? controls[0];
    if (control === undefined) continue;
    await control.locator
      .click()
      .catch(() => control.locator.evaluate((it) => (it as HTMLElement).click()));
    await settle(device.page);
    const again = (await controlsOf(device.page)).find(
      ({ visible, formMethod, text }) =>
        visible && formMethod === "post" && (isConfirmation(text) || matches("everywhere", text)),
    );
    if (again !== undefined && device.page.url() !== url) {
      await again.locator.click().catch(() => undefined);
      await settle(device.page);
    }
    return `clicked “${control.text}”`;
  }
  throw new Skip(
    'No control that ends all sessions was found. Name it with "logoutAll", or say that there is none with "logoutAll": false.',
  );
}

async function byConfiguration(
  scene: Scene,
  device: Device,
  act: Exclude<Scene["plan"]["config"]["logoutAll"], false | undefined>,
): Promise<string> {
  if (act.page !== undefined) await device.goto(scene.plan.address(act.page));
  try {
    if (act.kind !== "api" && act.selector !== undefined) {
      await device.page.locator(act.selector).first().click();
      await settle(device.page);
      return `clicked ${act.selector}`;
    }
    const url = scene.plan.address(act.url ?? "/logout/all");
    const body = scene.plan.fill(act.body);
    const token = device.traffic.latest("header", "authorization");
    const headers = {
      ...(token === undefined ? {} : { authorization: token }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...act.headers,
    };
    const status = await device.page.evaluate(
      async ([to, init]) => (await fetch(to, { ...init, credentials: "include" })).status,
      [
        url,
        { method: act.method ?? "POST", headers, ...(body === undefined ? {} : { body }) },
      ] as const,
    );
    if (status >= 400)
      throw new Skip(`The configured request that ends all sessions was answered ${status}.`);
    return `sent ${act.method ?? "POST"} ${url}`;
  } catch (error) {
    if (error instanceof Skip) throw error;
    throw new Skip(
      `The configured act that ends all sessions could not be done: ${reasonOf(error)}`,
    );
  }
}
