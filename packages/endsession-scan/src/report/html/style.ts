/** How the HTML report looks. One sheet, no images, no fonts from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --sunk: #f5f5f3;
  --ink: #1b1c1e; --soft: #55585e; --faint: #6f737a; --line: #e6e6e3;
  --bad: #c8321f; --bad-wash: #fdf1ef; --good: #1c7a4a; --good-wash: #eef7f1;
  --open: #8f6200; --open-wash: #fcf6e6;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Inter", "Noto Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #101113; --card: #17181b; --sunk: #1e2023;
    --ink: #ececea; --soft: #b2b5ba; --faint: #8d9198; --line: #2a2c30;
    --bad: #ff8270; --bad-wash: #2a1a18; --good: #5fcb94; --good-wash: #15231c;
    --open: #e2b64c; --open-wash: #262014;
  }
}
* { box-sizing: border-box; margin: 0; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 24px; }
body { background: var(--page); color: var(--ink); font: 16px/1.6 var(--sans);
  -webkit-font-smoothing: antialiased; overflow-wrap: anywhere; }
main, .top, .foot { max-width: 940px; margin: 0 auto; padding: 0 32px; }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 3px; border-radius: 4px; }
code, pre, .mono { font-family: var(--mono); font-size: 0.86em; }

.top { display: flex; justify-content: space-between; gap: 24px; padding-top: 28px;
  font-size: 14px; color: var(--faint); }
.top b { color: var(--ink); font-weight: 600; letter-spacing: -0.01em; }
.top nav { display: flex; gap: 22px; }
.top nav a { text-decoration: none; }
.top nav a:hover { color: var(--ink); }

.hero { padding: 88px 0 56px; }
.target { color: var(--soft); font-size: 15px; }
h1 { font-size: clamp(38px, 7.4vw, 68px); line-height: 1.04; letter-spacing: -0.037em;
  font-weight: 640; margin: 14px 0 20px; text-wrap: balance; }
h1 em { font-style: normal; }
.alive h1 em { color: var(--bad); } .dead h1 em { color: var(--good); }
.cannot-judge h1 em { color: var(--open); }
.lead { font-size: clamp(18px, 2.2vw, 21px); line-height: 1.5; color: var(--soft); max-width: 38em;
  text-wrap: pretty; }

.counts { display: grid; grid-template-columns: repeat(4, 1fr); margin: 44px 0 0; padding: 0;
  list-style: none; }
.counts li { color: var(--faint); font-size: 14px; }
.counts b { display: block; font-size: 32px; line-height: 1.2; letter-spacing: -0.03em;
  font-weight: 600; font-variant-numeric: tabular-nums; color: var(--ink); }
.counts .none b { color: var(--faint); font-weight: 400; }
.counts .fail b { color: var(--bad); } .counts .inconclusive b { color: var(--open); }

.facts { display: flex; flex-wrap: wrap; gap: 12px 40px; margin-top: 40px; padding-top: 24px;
  border-top: 1px solid var(--line); font-size: 14px; }
.facts dt { color: var(--faint); } .facts dd { color: var(--soft); }
.warnings { list-style: none; padding: 0; margin: 0 0 48px; }
.warnings li { background: var(--open-wash); border-radius: 10px; padding: 14px 18px;
  font-size: 15px; margin-bottom: 8px; }

section { padding: 0 0 72px; }
h2 { font-size: 22px; line-height: 1.3; letter-spacing: -0.018em; font-weight: 620; margin: 0 0 6px; }
h2 small { font-size: inherit; font-weight: 400; color: var(--faint); margin-left: 6px;
  font-variant-numeric: tabular-nums; }
h2 + .card, h2 + .rows { margin-top: 22px; }

summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; margin-bottom: 16px; }
.card > summary { padding: 24px 28px; display: grid; grid-template-columns: 1fr auto; gap: 4px 16px;
  align-items: baseline; }
.card h3 { font-size: 18px; line-height: 1.4; letter-spacing: -0.012em; font-weight: 600; }
.card .id { grid-column: 1 / -1; color: var(--faint); font-size: 13px; }
.card[open] > summary { padding-bottom: 16px; }
.severity { font-size: 13px; font-weight: 560; color: var(--soft); white-space: nowrap;
  text-transform: capitalize; }
.severity::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%;
  background: var(--faint); margin-right: 8px; }
.severity.critical, .severity.high { color: var(--bad); } .severity.medium { color: var(--open); }
.severity.critical::before, .severity.high::before { background: var(--bad); }
.severity.medium::before { background: var(--open); }
.inside { padding: 0 28px 28px; }
.inside > p { max-width: 44em; text-wrap: pretty; } .inside > .refs { max-width: none; }
.why { color: var(--soft); margin-top: 10px; }
.fix { background: var(--good-wash); border-radius: 10px; padding: 16px 20px; margin-top: 22px; }
.fix b { display: block; color: var(--good); font-size: 13px; font-weight: 600; }
.label { color: var(--faint); font-size: 13px; font-weight: 560; margin: 26px 0 4px; }
.refs { color: var(--faint); font-size: 13px; margin-top: 22px; line-height: 1.7; }
.refs span:not(:last-child)::after { content: "·"; margin: 0 8px; }

.proof { border-top: 1px solid var(--line); font-size: 15px; }
.proof:last-of-type { border-bottom: 1px solid var(--line); }
.proof > summary, .proof.bare { padding: 11px 0 11px 22px; position: relative; }
.proof > summary::before, .row > summary::before { content: ""; position: absolute; left: 3px; top: 19px;
  width: 6px; height: 6px; border: solid var(--faint); border-width: 0 1.5px 1.5px 0;
  transform: rotate(-45deg); transition: transform 0.12s; }
.proof[open] > summary::before, .row[open] > summary::before { transform: rotate(45deg); }
.proof code { color: var(--faint); display: block; }
.proof.bare::before { content: "·"; position: absolute; left: 5px; color: var(--faint); }
.http { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 12px;
  padding: 4px 0 20px 22px; }
.http div { background: var(--sunk); border-radius: 10px; padding: 14px 16px; min-width: 0; }
.http p { color: var(--faint); font-size: 12px; font-weight: 560; margin-bottom: 6px; }
.http pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12.5px; line-height: 1.6;
  tab-size: 2; }
.http i { font-style: normal; color: var(--faint); } .http strong { font-weight: 600; }
.body { margin-top: 10px; padding-top: 10px; border-top: 1px solid var(--line); }

.rows { border-top: 1px solid var(--line); }
.row { border-bottom: 1px solid var(--line); }
.row > summary, .row.bare { position: relative; padding: 12px 0 12px 24px; display: grid;
  grid-template-columns: 1fr auto; gap: 0 16px; align-items: baseline; }
.row .id { color: var(--faint); font-size: 13px; }
.row > summary::before { top: 21px; }
.row .inside { padding: 0 0 16px 24px; color: var(--soft); font-size: 15px; }
.row .inside .http { padding-left: 22px; }
.reason { grid-column: 1 / -1; color: var(--soft); font-size: 15px; }

.shots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 32px 24px;
  margin-top: 24px; }
.shots img { display: block; width: 100%; height: auto; border-radius: 10px; border: 1px solid var(--line);
  background: #fff; }
figcaption { color: var(--soft); font-size: 14px; margin-top: 10px; }

.sequence { display: block; width: 100%; height: auto; margin: 20px 0 28px; font-family: var(--sans); }
.sequence.narrow { display: none; }
.life { stroke: var(--line); stroke-width: 1.5; }
.who rect { fill: var(--card); stroke: var(--line); }
.who text { fill: var(--ink); font-size: 13px; font-weight: 560; text-anchor: middle; }
.narrow .who text { font-size: 11px; }
.say, .ask { paint-order: stroke; stroke: var(--page); stroke-width: 6px; stroke-linejoin: round; }
.say { fill: var(--ink); font-size: 13px; }
.ask { fill: var(--faint); font-family: var(--mono); font-size: 11px; }
.when { fill: var(--faint); font-size: 11px; font-variant-numeric: tabular-nums; }
.narrow .say { font-size: 12px; } .narrow .ask, .narrow .when { font-size: 10px; }
.arrow { stroke: var(--soft); stroke-width: 1.4; fill: none; } .head, .dot { fill: var(--soft); }
.bad .arrow { stroke: var(--bad); } .bad .head, .bad .dot, .bad .say { fill: var(--bad); }
.good .arrow { stroke: var(--good); } .good .head, .good .dot { fill: var(--good); }

.timeline { list-style: none; padding: 0 0 12px; font-size: 15px; }
.timeline li { display: grid; grid-template-columns: 64px 140px 1fr; gap: 0 16px; padding: 7px 0 7px 24px; }
.timeline time { color: var(--faint); font-variant-numeric: tabular-nums; }
.timeline .by { color: var(--soft); } .timeline code { color: var(--faint); display: block; }
.timeline .bad { color: var(--bad); } .timeline .good { color: var(--good); }

.foot { color: var(--faint); font-size: 13px; padding-top: 24px; padding-bottom: 56px; }

@media (max-width: 640px) {
  main, .top, .foot { padding-left: 20px; padding-right: 20px; }
  .top nav { display: none; }
  .hero { padding: 56px 0 40px; }
  .counts { grid-template-columns: repeat(2, 1fr); gap: 18px 0; }
  .facts { display: grid; grid-template-columns: 1fr 1fr; gap: 14px 20px; }
  section { padding-bottom: 56px; }
  .card > summary { padding: 20px; grid-template-columns: 1fr; }
  .card .severity { grid-row: 1; }
  .inside { padding: 0 20px 22px; }
  .http, .row .inside .http { padding-left: 0; }
  .row > summary, .row.bare { grid-template-columns: 1fr; }
  .sequence.wide { display: none; } .sequence.narrow { display: block; }
  .timeline li { grid-template-columns: 56px 1fr; padding-left: 0; }
  .timeline .what { grid-column: 2; }
}
@media print {
  :root { --page: #fff; }
  body { font-size: 11pt; }
  .top nav { display: none; }
  .hero { padding: 24px 0; } section { padding-bottom: 32px; }
  details::details-content { content-visibility: visible; block-size: auto; }
  figure, .fix, .http div { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
