/** The frame of every page: head, header with the way out, main part, footer. */
import { plainScript } from "../bundle.ts";
import { head } from "./head.ts";
import { html, type Html } from "./html.ts";
import { mark } from "./icons.ts";

/** What fills the frame. */
export interface PageParts {
  /** The document's title; the product's name is appended. */
  readonly title: string;
  /**
   * Who is signed in; shows the address and the "Log out" button, and brings the script that leaves
   * the page when the session is over. Null for nobody.
   */
  readonly email: string | null;
  /** `wide` for the account, `narrow` for a single question (default). */
  readonly width?: "wide" | "narrow";
  readonly main: Html;
}

/** A whole document. */
export function page({ title, email, width = "narrow", main }: PageParts): string {
  const document = html`<!doctype html>
    <html lang="en">
      ${head({ title, script: email === null ? null : `/assets/${plainScript}` })}
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="bar">
          <div class="bar-inner">
            <a class="brand" href="/">${mark}<span>endsession</span></a>
            ${email === null ? null : signedIn(email)}
          </div>
        </header>
        <main id="main" class="${width}" tabindex="-1">${main}</main>
        <footer class="foot">
          <p>A demonstration of endsession: logout that ends the session.</p>
          <p><a href="/app">The same as a single page</a></p>
        </footer>
      </body>
    </html> `;
  return document.toString();
}

function signedIn(email: string): Html {
  return html`<div class="who">
    <span class="who-email" title="${email}"
      ><span class="unseen">Signed in as </span>${email}</span
    >
    <form method="post" action="/logout">
      <button class="button" type="submit">Log out</button>
    </form>
  </div>`;
}
