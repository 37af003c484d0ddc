/** When a page has come to rest, as far as one can say. */
import type { Page } from "playwright-core";

/** Without requests for this long, in milliseconds, a page is at rest. */
const quiet = 300;

/**
 * Waits until the page has loaded and has asked nothing for a while. Streams and requests that hang
 * are not waited for, so a page that never settles costs `most` and no more.
 *
 * @param most milliseconds, 5,000 by default
 */
export async function settle(page: Page, most = 5000): Promise<void> {
  const deadline = performance.now() + most;
  await page.waitForLoadState("load", { timeout: most }).catch(() => undefined);
  let busyUntil = performance.now() + quiet;
  const open = new Set<unknown>();
  const began = (request: { resourceType(): string }): void => {
    if (["eventsource", "websocket", "ping", "media"].includes(request.resourceType())) return;
    open.add(request);
  };
  const ended = (request: unknown): void => {
    open.delete(request);
    busyUntil = performance.now() + quiet;
  };
  page.on("request", began);
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  try {
    while (performance.now() < deadline) {
      if (open.size === 0 && performance.now() >= busyUntil) return;
      await page.waitForTimeout(50).catch(() => undefined);
      if (page.isClosed()) return;
    }
  } finally {
    page.off("request", began);
    page.off("requestfinished", ended);
    page.off("requestfailed", ended);
  }
}
