/** Pages that can no longer be asked anything: what is seen of them proves nothing. */
import type { BrowserContext, Page } from "playwright-core";

/** How often each page is asked whether it still answers, in milliseconds. */
const often = 5000;
/** A page that has left so many askings in a row without an answer is given up. */
const patience = 6;
/** An application opens no more pages than this at a time; what goes beyond is closed again. */
const mostPages = 10;

/**
 * Watches all pages of a context. Without this, a script that never ends would be waited for, for
 * ever, by whoever reads the page.
 *
 * @param lost hears what happened, in the words of a sentence's beginning: "A page … crashed"
 */
export function watchPages(
  context: BrowserContext,
  name: string,
  lost: (why: string) => void,
): void {
  context.on("page", (page) => {
    if (context.pages().length > mostPages) {
      void page.close().catch(() => undefined);
      return;
    }
    page.on("crash", () => {
      lost(`A page on device ${name} crashed (${page.url()})`);
    });
    watchPage(page, () => {
      lost(`A page on device ${name} stopped answering (${page.url()})`);
      // Whoever waits for the page waits no longer.
      void context.close().catch(() => undefined);
    });
  });
}

function watchPage(page: Page, hung: () => void): void {
  let unanswered = 0;
  const timer = setInterval(() => {
    unanswered += 1;
    if (unanswered > patience) {
      clearInterval(timer);
      hung();
    } else if (unanswered === 1) {
      const answered = (): void => {
        unanswered = 0;
      };
      page.evaluate("0").then(answered, answered);
    }
  }, often);
  timer.unref();
  page.on("close", () => {
    clearInterval(timer);
  });
}
