/** The few drawings of the pages. All are decoration: the words beside them say the same. */
import { html, type Html } from "./html.ts";

/** The mark of the product: a ring that is closed by its end. */
export const mark: Html = html`<svg
  class="mark"
  viewBox="0 0 24 24"
  width="24"
  height="24"
  aria-hidden="true"
  focusable="false"
>
  <path
    d="M16.9 5.1a8.5 8.5 0 1 0 0 13.8"
    fill="none"
    stroke="currentColor"
    stroke-width="2.6"
    stroke-linecap="round"
  />
  <circle cx="19" cy="12" r="2.6" fill="currentColor" />
</svg>`;

/** A tick in a circle. */
export const tick: Html = icon(
  html`<circle cx="12" cy="12" r="9" /><path d="m8.2 12.4 2.6 2.6 5-5.6" />`,
);

/** An exclamation mark in a circle. */
export const alert: Html = icon(
  html`<circle cx="12" cy="12" r="9" /><path d="M12 7.6v5M12 16.2v.1" />`,
);

const laptop: Html = icon(
  html`<rect x="4.5" y="5" width="15" height="10.5" rx="1.6" /><path d="M2.5 19h19" />`,
);
const phone: Html = icon(
  html`<rect x="7" y="2.8" width="10" height="18.4" rx="2.2" /><path d="M11 18h2" />`,
);
const program: Html = icon(
  html`<rect x="3" y="4.5" width="18" height="15" rx="2" /><path
      d="m7 9.5 3 2.7-3 2.7M12.5 15H17"
    />`,
);

/** The drawing that fits a device: a phone, a program, or a computer. */
export function deviceIcon(device: {
  readonly browser: string | null;
  readonly platform: string | null;
}): Html {
  if (device.platform === "iOS" || device.platform === "Android") return phone;
  return device.platform === null && device.browser !== null ? program : laptop;
}

/** The icon of the site, a document of its own. */
export const siteIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><style>path{stroke:#1c6b52}circle{fill:#1c6b52}@media (prefers-color-scheme:dark){path{stroke:#6fcfa8}circle{fill:#6fcfa8}}</style><path d="M16.9 5.1a8.5 8.5 0 1 0 0 13.8" fill="none" stroke-width="2.6" stroke-linecap="round"/><circle cx="19" cy="12" r="2.6"/></svg>`;

function icon(shapes: Html): Html {
  return html`<svg
    class="icon"
    viewBox="0 0 24 24"
    width="24"
    height="24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.7"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${shapes}
  </svg>`;
}
