/** The few pages that the library shows by itself: plain, without scripts, never framed. */
import type { Answer } from "../answer.ts";
import { Html, html } from "./html.ts";

/** What a page shows. */
export interface PageContent {
  readonly title: string;
  readonly status: number;
  /** Paragraphs, in order. They are escaped. */
  readonly paragraphs: readonly string[];
  /** A form with one button. */
  readonly action?: {
    readonly label: string;
    readonly url: string;
    readonly fields?: Readonly<Record<string, string>>;
  };
  /** A link below. */
  readonly link?: { readonly label: string; readonly href: string };
}

const style = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --paper: #fcfcfd; --card: #fff;
  --line: #e0e1e6; --accent: #1f5fd6; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #b0b4ba; --paper: #111113;
  --card: #18191b; --line: #2e3135; --accent: #7aa7ff; --on-accent: #0b1220 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center;
  padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25; letter-spacing: -.01em }
p { margin: 0 0 1rem; color: var(--soft) }
button { width: 100%; padding: .7rem 1rem; border: 0; border-radius: .625rem; font: inherit;
  font-weight: 600; background: var(--accent); color: var(--on-accent); cursor: pointer }
a { color: var(--accent) }
button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px }
form + p { margin: 1rem 0 0 }
`;

/** Builds the answer. `nonce` ties the style to the page's Content-Security-Policy. */
export function page(
  content: PageContent,
  nonce: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const { action, link } = content;
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${content.title}</title>
        <style nonce="${nonce}">
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${content.title}</h1>
          ${content.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
          ${
            action
              ? html`<form method="post" action="${action.url}">
                  ${Object.entries(action.fields ?? {}).map(
                    ([name, value]) =>
                      html`<input type="hidden" name="${name}" value="${value}" />`,
                  )}
                  <button type="submit">${action.label}</button>
                </form>`
              : ""
          }
          ${link ? html`<p><a href="${link.href}">${link.label}</a></p>` : ""}
        </main>
      </body>
    </html>`;
  return {
    status: content.status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      // No `form-action`: Chromium applies it to the redirect after a form as well.
      "content-security-policy":
        `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; ` +
        "frame-ancestors 'none'",
      "x-frame-options": "DENY",
      ...headers,
    },
    cookies: [],
    body: text,
  };
}
