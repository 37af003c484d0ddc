/** The document of the single-page side: the same for everybody, with nothing private in it. */
import type { Bundle } from "../bundle.ts";
import { head } from "./head.ts";
import { html } from "./html.ts";

/** The document; the script fills it. */
export function singlePage({ script, style }: Bundle): string {
  const document = html`<!doctype html>
    <html lang="en">
      ${head({ title: "Single page", styles: [style.href], script: script.href })}
      <body>
        <div id="root"></div>
        <noscript>
          <main class="narrow card centred">
            <h1>This side needs JavaScript</h1>
            <p>The plain pages do the same without it.</p>
            <a class="button button-primary" href="/">Plain pages</a>
          </main>
        </noscript>
      </body>
    </html> `;
  return document.toString();
}
