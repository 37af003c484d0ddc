/** Pressing a control once, as a user does. */
import type { Locator } from "playwright-core";

/** A server may take this long to answer what a control sends, in milliseconds. */
const patience = 20_000;

/**
 * What lies over the control, a tour or a notice, or hides it, does not keep it from being pressed;
 * a server that is slow to answer does not make it be pressed twice.
 *
 * @param within how long it may take to become free, in milliseconds
 */
export async function press(control: Locator, within = 3000): Promise<void> {
  const free = await control.click({ trial: true, timeout: within }).then(
    () => true,
    () => false,
  );
  if (!free) {
    await control.evaluate((element) => {
      (element as HTMLElement).click();
    });
    return;
  }
  await control.click({ timeout: patience }).catch((error: unknown) => {
    // It was free, so it was pressed: the answer is what did not come in time.
    if (!(error instanceof Error && error.name === "TimeoutError")) throw error;
  });
}
