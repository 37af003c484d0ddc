/** When a page has come to rest, as far as one can say. */
import type { Page, Request } from "playwright-core";

/** Without requests for this long, in milliseconds, a page is at rest. */
const quiet = 250;

/** A script need not read a body to its end, and the request is never finished then. */
const unread = 500;

interface Activity {
  /** Requests under way; when they were answered, if a script made them and they are. */
  readonly open: Map<Request, number | null>;
  /** When the last request ended, or the page began to be watched. */
  changed: number;
}

const activities = new WeakMap<Page, Activity>();

/** Begins to count what the page asks; called once, before it is used. */
export function watchActivity(page: Page): void {
  const activity: Activity = { open: new Map(), changed: performance.now() };
  activities.set(page, activity);
  page.on("request", (request) => {
    if (["eventsource", "websocket", "ping", "media"].includes(request.resourceType())) return;
    activity.open.set(request, null);
    activity.changed = performance.now();
  });
  const ended = (request: Request): void => {
    activity.open.delete(request);
    activity.changed = performance.now();
  };
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  page.on("response", (response) => {
    const request = response.request();
    const type = response.headers()["content-type"] ?? "";
    // A stream that a script fetches does not finish, and its page is at rest all the same.
    if (type.startsWith("text/event-stream")) ended(request);
    else if (isOfScript(request) && activity.open.has(request))
      activity.open.set(request, performance.now());
  });
  // What a page asked before it was left is never told to have ended.
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame()) {
      for (const request of activity.open.keys())
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
    const now = performance.now();
    const waiting = [...(activity?.open.values() ?? [])].some(
      (answered) => answered === null || now - answered < unread,
    );
    if (!waiting && now - Math.max(activity?.changed ?? 0, began) >= quiet) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Whether a script made it. */
export function isOfScript(request: Request): boolean {
  return ["fetch", "xhr"].includes(request.resourceType());
}
