/** The stylesheet of all pages. No font is loaded; light and dark follow the system. */
import { type Asset, asset } from "./bundle.ts";

const style = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f4;
  --surface: #ffffff;
  --sunken: #eef0ed;
  --ink: #17201b;
  --quiet: #59645d;
  --line: #dfe3de;
  --edge: #7f8a83;
  --soft-edge: #c6cec8;
  --accent: #1c6b52;
  --accent-strong: #14523e;
  --on-accent: #ffffff;
  --accent-soft: #e3f0ea;
  --danger: #a8321f;
  --danger-soft: #fbeae6;
  --shadow: 0 1px 2px rgb(23 32 27 / 5%), 0 8px 24px -12px rgb(23 32 27 / 12%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1412;
    --surface: #171e1a;
    --sunken: #1e2622;
    --ink: #e9eeeb;
    --quiet: #9eaaa3;
    --line: #29322d;
    --edge: #6d7a73;
    --soft-edge: #3c4841;
    --accent: #6fcfa8;
    --accent-strong: #8fe0bf;
    --on-accent: #06241a;
    --accent-soft: #17332a;
    --danger: #f19a88;
    --danger-soft: #3a201b;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh; margin: 0;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.55 "Inter", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  -webkit-font-smoothing: antialiased;
}
h1, h2, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: clamp(1.625rem, 1.3rem + 1.4vw, 2rem); line-height: 1.2; letter-spacing: -0.02em; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.0625rem; line-height: 1.4; letter-spacing: -0.01em; font-weight: 650; }
p { text-wrap: pretty; }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 0.07em; }
a:hover { color: var(--accent-strong); }
strong { font-weight: 600; }
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
main:focus-visible { outline: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 1; padding: 0.5rem 1rem; border-radius: 0.5rem; background: var(--accent); color: var(--on-accent); }
.skip:focus { top: 0.75rem; color: var(--on-accent); }
.icon { display: block; }

.bar { background: var(--surface); border-bottom: 1px solid var(--line); }
.bar-inner { display: flex; align-items: center; justify-content: space-between; gap: 1rem; max-width: 64rem; min-height: 4rem; margin: 0 auto; padding: 0.5rem 1.25rem; }
.brand { display: inline-flex; align-items: center; gap: 0.5rem; padding: 0.25rem 0; border-radius: 0.375rem; color: var(--ink); font-weight: 650; letter-spacing: -0.02em; text-decoration: none; }
.brand:hover { color: var(--ink); }
.mark { display: block; flex: none; color: var(--accent); }
.who { display: flex; align-items: center; gap: 0.875rem; min-width: 0; }
.who form { flex: none; }
.who-email { overflow: hidden; color: var(--quiet); font-size: 0.9375rem; text-overflow: ellipsis; white-space: nowrap; }

main { flex: 1; width: 100%; margin: 0 auto; padding: clamp(2rem, 1rem + 4vw, 4rem) 1.25rem; }
.narrow { max-width: 29rem; }
.wide { max-width: 64rem; }
.lead { margin-top: 0.5rem; color: var(--quiet); overflow-wrap: anywhere; }
.lead strong { color: var(--ink); }
.foot { padding: 1.5rem 1.25rem 2rem; color: var(--quiet); font-size: 0.875rem; text-align: center; }
.foot p { text-wrap: balance; }

.card { padding: 1.5rem; border: 1px solid var(--line); border-radius: 0.875rem; background: var(--surface); box-shadow: var(--shadow); }
.narrow .card { margin-top: 1.75rem; }
.stack { display: grid; gap: 1.25rem; }
.centred { display: grid; justify-items: center; gap: 0.75rem; padding: 2.5rem 1.5rem 1.75rem; text-align: center; }
.centred > p { max-width: 22rem; color: var(--quiet); }
.centred > .button { margin-top: 1.25rem; }
.seal { display: grid; place-items: center; width: 3.5rem; height: 3.5rem; margin-bottom: 0.25rem; border-radius: 50%; background: var(--accent-soft); color: var(--accent); }
.seal .icon { width: 1.875rem; height: 1.875rem; }
.centred > .status { font-size: 0.875rem; font-weight: 600; letter-spacing: 0.06em; font-variant-numeric: tabular-nums; }
.after { margin-top: 1.25rem; text-align: center; font-size: 0.9375rem; }

.field { display: grid; gap: 0.375rem; }
.field label { font-size: 0.9375rem; font-weight: 600; }
.field input {
  width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 0.5rem;
  background: var(--surface); color: var(--ink); font: inherit;
}
.field input:focus-visible { border-color: var(--accent); outline-offset: 0; outline-width: 2px; }
.field input[aria-invalid], .field input[aria-invalid]:focus-visible { border-color: var(--danger); outline-color: var(--danger); }
.hint { color: var(--quiet); font-size: 0.875rem; }
.check { display: flex; align-items: center; gap: 0.625rem; }
.check input { width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--accent); }
.check label { padding: 0.25rem 0; font-size: 0.9375rem; }

.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; padding: 0.5rem 1.125rem;
  border: 1px solid var(--soft-edge); border-radius: 0.5rem; background: var(--surface); color: var(--ink);
  font: inherit; font-size: 0.9375rem; font-weight: 600; line-height: 1.2; text-align: center; text-decoration: none; cursor: pointer;
}
.button:hover { border-color: var(--edge); background: var(--sunken); color: var(--ink); }
.button-primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.button-primary:hover { border-color: var(--accent-strong); background: var(--accent-strong); color: var(--on-accent); }
.button-danger { border-color: var(--danger); color: var(--danger); }
.button-danger:hover { border-color: var(--danger); background: var(--danger-soft); color: var(--danger); }
.button-danger:focus-visible { outline-color: var(--danger); }
.button-small { padding-inline: 1rem; }
.button-block { width: 100%; }

.notice { display: flex; gap: 0.75rem; margin-top: 1.5rem; padding: 0.875rem 1rem; border-radius: 0.75rem; background: var(--accent-soft); }
.notice .icon { flex: none; color: var(--accent); }
.notice-error { background: var(--danger-soft); }
.notice-error .icon { color: var(--danger); }
.stack > .notice { margin-top: 0; }

.aside { margin-top: 1.5rem; padding: 1.125rem 1.5rem; border: 1px dashed var(--soft-edge); border-radius: 0.875rem; }
.aside h2 { font-size: 0.875rem; color: var(--quiet); }
.aside dl { display: grid; gap: 0.625rem; margin-top: 0.75rem; }
.aside dl > div { display: flex; flex-wrap: wrap; justify-content: space-between; column-gap: 1rem; }
.aside dt, .aside dd { font-size: 0.9375rem; }
.aside dd { color: var(--quiet); }

.panel { display: grid; gap: 1.25rem; margin-top: 2.5rem; }
.panel + .panel { padding-top: 2.5rem; border-top: 1px solid var(--line); }
.panel-head p { margin-top: 0.375rem; color: var(--quiet); font-size: 0.9375rem; }
.panel > * { min-width: 0; }
.devices { list-style: none; }
.device { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 1rem; align-items: center; padding-block: 1.125rem; border-bottom: 1px solid var(--line); }
.device:first-child { padding-top: 0; }
.device-icon { display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border-radius: 0.625rem; background: var(--sunken); color: var(--quiet); }
.device-name { font-weight: 600; overflow-wrap: anywhere; }
.device-facts { display: flex; flex-wrap: wrap; column-gap: 1.125rem; color: var(--quiet); font-size: 0.875rem; }
.badge { display: inline-block; padding: 0.1875rem 0.625rem; border-radius: 1rem; background: var(--accent-soft); color: var(--accent-strong); font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
.acts { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.acts-apart { padding-top: 1.25rem; }

@media (min-width: 52rem) {
  .panel { grid-template-columns: 17rem minmax(0, 1fr); gap: 3rem; }
  .panel .stack { max-width: none; }
  .card { padding: 1.75rem; }
}
@media (max-width: 34rem) {
  .bar-inner:has(.who) .brand span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .device { grid-template-columns: minmax(0, 1fr) auto; }
  .device-icon { display: none; }
  .device-facts { display: grid; }
  .acts > *, .acts .button { width: 100%; }
  .aside dl > div { display: block; }
}
@media (prefers-reduced-motion: no-preference) {
  .button, .field input { transition: background-color 120ms, border-color 120ms; }
}
`;

/** The stylesheet. */
export const stylesheet: Asset = asset("style.css", style);
