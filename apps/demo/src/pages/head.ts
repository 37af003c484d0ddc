/** The head of every document. */
import { stylesheet } from "../style.ts";
import { html, type Html } from "./html.ts";

/** What a head holds. */
export interface HeadParts {
  /** The document's title; the product's name is appended. */
  readonly title: string;
  /** Addresses of more stylesheets, after the one of all pages (default none). */
  readonly styles?: readonly string[];
  /** The address of a script (default none). */
  readonly script?: string | null;
}

/** The `head` element. */
export function head({ title, styles = [], script = null }: HeadParts): Html {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · endsession demo</title>
    <link rel="icon" type="image/svg+xml" href="/assets/icon.svg" />
    ${[stylesheet.href, ...styles].map((href) => html`<link rel="stylesheet" href="${href}" />`)}
    ${script === null ? null : html`<script type="module" src="${script}"></script>`}
  </head>`;
}
