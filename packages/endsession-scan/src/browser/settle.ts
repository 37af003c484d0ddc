/** When a page has come to rest, as far as one can say. */
import type { Page, Request } from "playwright-core";

/** Without requests for this long, in milliseconds, a page is at rest. */
const quiet = 250;

interface Activity {
  readonly open: Set<Request>;
  /** When the last request ended, or the page began to be watched. */
  changed: number;
}

const activities = new WeakMap<Page, Activity>();

/** Begins to count what the page asks; called once, before it is used. */
export function watchActivity(page: Page): void {
  const activity: Activity = { open: new Set(), changed: performance.now() };
  activities.set(page, activity);
  page.on("request", (request) => {
    if (["eventsource", "websocket", "ping", "media"].includes(request.resourceType())) return;
    activity.open.add(request);
    activity.changed = performance.now();
  });
  const ended = (request: Request): void => {
    activity.open.delete(request);
    activity.changed = performance.now();
  };
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  // A stream that a script fetches does not finish, and its page is at rest all the same.
  page.on("response", (response) => {
    const type = response.headers()["content-type"] ?? "";
    if (type.startsWith("text/event-stream")) ended(response.request());
  });
  // What a page asked before it was left is never told to have ended.
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame()) {
      for (const request of activity.open)
        if (!request.isNavigationRequest()) activity.open.delete(request);
    }
  });
}

/**
 * Waits until the page has loaded and has asked nothing for a while. Streams are not waited for, and
 * a page that never settles costs `most` and no more.
 *
 * @param most milliseconds, 5,000 by default
 */
export async function settle(page: Page, most = 5000): Promise<void> {
  const began = performance.now();
  await page.waitForLoadState("load", { timeout: most }).catch(() => undefined);
  while (!page.isClosed() && performance.now() - began < most) {
    const activity = activities.get(page);
    const since = Math.max(activity?.changed ?? 0, began);
    if ((activity?.open.size ?? 0) === 0 && performance.now() - since >= quiet) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
