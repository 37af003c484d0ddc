/** A changed password on one device, and what the other still may. The old password is put back. */
import type { OthersEnded } from "../artifacts.ts";
import type { Device } from "../browser/device.ts";
import { settle } from "../browser/settle.ts";
import { controlsOf } from "../discover/controls.ts";
import { isHarmless } from "../probe/find.ts";
import { Skip } from "../scene.ts";
import type { Scene } from "../scene.ts";

export async function passwordChange(scene: Scene): Promise<OthersEnded> {
  if (!scene.extent.changePassword)
    throw new Skip("Changing the password was not asked for (--change-password).", true);
  const { account } = scene.plan;
  const changed = { ...account, password: `${account.password}-Changed1!` };
  scene.world.secrets.addPassword(changed.password);
  const here = await scene.signedIn("A");
  const there = await scene.signedIn("B");
  const captured = await there.capture();
  if ((await scene.reception(captured, "fresh client")).reception !== "accepted") {
    throw new Skip("The other device's captured session was not accepted before the change.");
  }
  const how = await change(scene, here, account.password, changed.password);
  const { reception, answer } = await scene.reception(captured, "replay");
  const own = await scene.alive(here);
  await Promise.all([scene.close(here), scene.close(there)]);

  // Only a sign-in with the new password shows that it was changed at all, and can change it back.
  const back = await scene.signedIn("A", changed).catch(() => null);
  if (back === null)
    throw new Skip(
      `The password was not changed (${how}), so nothing can be said of the other sessions.`,
    );
  await change(scene, back, changed.password, account.password);
  await scene.close(back);
  const again = await scene.signedIn("A").catch(() => null);
  if (again === null)
    scene.warnings.push(
      `The password could not be changed back: it is now the old one followed by "-Changed1!".`,
    );
  else await scene.close(again);
  return { how, done: true, here: own.reception, there: reception, exchange: answer?.id ?? "" };
}

async function change(
  scene: Scene,
  device: Device,
  current: string,
  next: string,
): Promise<string> {
  const { changePassword } = scene.plan.config;
  if (changePassword !== undefined && "kind" in changePassword)
    return byApi(scene, device, changePassword, current, next);
  const { page } = device;
  if (changePassword !== undefined) await device.goto(scene.plan.address(changePassword.page));
  else await findPage(scene, device);

  const chosen = changePassword?.fields ?? {};
  const passwords = page.locator("input[type=password]:visible");
  const count = await passwords.count();
  const hasCurrent = count > 2 || chosen.current !== undefined;
  const field = (selector: string | undefined, index: number): ReturnType<typeof page.locator> =>
    selector === undefined ? passwords.nth(index) : page.locator(selector).first();
  if (hasCurrent) await field(chosen.current, 0).fill(current);
  await field(chosen.new, hasCurrent ? 1 : 0).fill(next);
  const confirmation = hasCurrent ? 2 : 1;
  if (chosen.confirm !== undefined || count > confirmation)
    await field(chosen.confirm, confirmation).fill(next);
  const submit =
    chosen.submit === undefined
      ? page
          .locator("form")
          .filter({ has: field(chosen.new, hasCurrent ? 1 : 0) })
          .locator("button:not([type=button]), input[type=submit]")
          .first()
      : page.locator(chosen.submit).first();
  await submit.click({ timeout: 3000 }).catch(() => page.keyboard.press("Enter"));
  await settle(page);
  return `changed the password at ${new URL(page.url()).pathname}`;
}

/** A private page, or one that it links to, with two or three fields for passwords. */
async function findPage(scene: Scene, device: Device): Promise<void> {
  const { page } = device;
  const waiting = [...scene.pages];
  for (let visited = 0; visited < 12; visited += 1) {
    const url = waiting.shift();
    if (url === undefined) break;
    if (page.url() !== url) await device.goto(url).catch(() => undefined);
    const count = await page.locator("input[type=password]:visible").count();
    if (count === 2 || count === 3) return;
    const links = (await controlsOf(page)).filter(
      ({ tag, address, text }) =>
        tag === "a" &&
        /passw|kennwort|mot de passe|contrase|senha|wachtwoord|haslo|парол|パスワード|密码|비밀번호/iu.test(
          `${address} ${text}`,
        ) &&
        isHarmless(address.replace(/reset/iu, ""), ""),
    );
    for (const { address } of links) {
      const to = URL.canParse(address, page.url()) ? new URL(address, page.url()).href : "";
      if (scene.world.hosts.allows(to) && !waiting.includes(to)) waiting.unshift(to);
    }
  }
  throw new Skip('No page that changes the password was found. Name it with "changePassword".');
}

async function byApi(
  scene: Scene,
  device: Device,
  act: { method: string; url: string; headers: Record<string, string>; body?: unknown },
  current: string,
  next: string,
): Promise<string> {
  const text = JSON.stringify(act.body ?? {})
    .replaceAll("{{newPassword}}", next)
    .replaceAll("{{password}}", current);
  const token = device.traffic.latest("header", "authorization");
  const url = scene.plan.address(act.url);
  const status = await device.page.evaluate(
    async ([to, init]) => (await fetch(to, { ...init, credentials: "include" })).status,
    [
      url,
      {
        method: act.method,
        headers: {
          "content-type": "application/json",
          ...(token === undefined ? {} : { authorization: token }),
          ...act.headers,
        },
        body: text,
      },
    ] as const,
  );
  if (status >= 400)
    throw new Skip(`The configured request that changes the password was answered ${status}.`);
  return `sent ${act.method} ${new URL(url).pathname}`;
}
