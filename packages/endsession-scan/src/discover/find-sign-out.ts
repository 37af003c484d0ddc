/** Finding the control that signs out. */
import type { Device } from "../browser/device.ts";
import type { Plan } from "../plan.ts";
import { controlsOf, userSpots } from "./controls.ts";
import type { Control } from "./controls.ts";
import { signOutScore } from "./words.ts";

/** Menus that are opened in search of the control, at most. */
const mostMenus = 8;

/**
 * Finds the control, opening menus where it must, and leaves it visible.
 *
 * @returns `null` when no page has one
 */
export async function findSignOut(
  device: Device,
  plan: Plan,
  pages: readonly string[],
): Promise<Control | null> {
  const first = plan.signOut?.page ?? null;
  const known = first === null ? [] : [first];
  for (const url of new Set([...known, ...pages])) {
    if (device.page.url() !== url) await device.goto(url).catch(() => undefined);
    let found = await onThisPage(device);
    // Where it has been before, a page that is still being drawn gets a moment more.
    for (let round = 0; found === null && url === first && round < 4; round += 1) {
      await device.page.waitForTimeout(700);
      found = await onThisPage(device);
    }
    if (found !== null) {
      const { control, score, opener } = found;
      plan.signOut = { page: url, text: control.text, score, opener };
      return control;
    }
  }
  return null;
}

async function onThisPage(
  device: Device,
): Promise<{ control: Control; score: number; opener: string | null } | null> {
  const controls = await controlsOf(device.page);
  const ranked = rank(controls);
  const seen = ranked.find(({ control }) => control.visible);
  if (seen !== undefined) return { ...seen, opener: null };

  // Menus that hold the control come first, then those whose look promises one.
  const openers = controls.filter(
    ({ opens, visible, tag, address }) =>
      opens && visible && (tag !== "a" || /^(?:#|javascript:|$)/u.test(address)),
  );
  for (const opener of openers.slice(0, mostMenus)) {
    await opener.locator.click({ timeout: 1500 }).catch(() => undefined);
    await device.page.waitForTimeout(200);
    const shown = rank(await controlsOf(device.page)).find(({ control }) => control.visible);
    if (shown !== undefined) return { ...shown, opener: opener.text };
  }
  const [hidden] = ranked;
  if (hidden === undefined) {
    for (const { locator, leads } of await userSpots(device.page)) {
      for (const act of leads ? (["hover"] as const) : (["hover", "click"] as const)) {
        await locator[act]({ timeout: 1000 }).catch(() => undefined);
        await device.page.waitForTimeout(300);
        const [shown] = rank(await controlsOf(device.page));
        if (shown !== undefined) return { ...shown, opener: "the user's picture" };
      }
    }
  }
  return hidden === undefined ? null : { ...hidden, opener: null };
}

function rank(controls: readonly Control[]): { control: Control; score: number }[] {
  return controls
    .map((control) => ({
      control,
      score: signOutScore(control.text, control.address, control.hints),
    }))
    .filter(({ score }) => score >= 45)
    .toSorted((a, b) => b.score - a.score);
}
