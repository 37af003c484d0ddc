/**
 * The report as one page that stands alone: no script, nothing loaded, readable on a telephone and
 * on paper. Its policy allows exactly its own style sheet and the pictures in it.
 */
import { createHash } from "node:crypto";
import type { Verdict } from "../audit.ts";
import { failedCard, row } from "./html/finding.ts";
import { markup, Markup } from "./html/markup.ts";
import { sequence } from "./html/sequence.ts";
import { style } from "./html/style.ts";
import type { Report, ReportVerdict } from "./schema.ts";
import {
  auditsOf,
  counted,
  duration,
  moment,
  nameOf,
  shortUrl,
  verdictLabels,
  verdictWords,
} from "./words.ts";

const shown: readonly Verdict[] = ["fail", "inconclusive", "pass", "not-applicable"];

export function htmlReport(report: Report): string {
  const styleHash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${verdictWords[report.verdict]} ${report.target}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header class="top"><b>endsession-scan</b>${navigation(report)}</header>
<main>
${hero(report)}
${warnings(report)}
${findings(report)}
${pictures(report)}
${story(report)}
${quiet(report)}
</main>
<footer class="foot">Made by ${report.scanner}. Cookies, tokens and passwords are shown as the beginning of their SHA-256.</footer>
</body>
</html>
`.source;
}

function navigation(report: Report): Markup {
  const links: readonly (readonly [string, string, boolean])[] = [
    ["to-mend", "To mend", report.counts.fail > 0],
    ["open", "Not judged", report.counts.inconclusive > 0],
    ["pictures", "Pictures", report.screenshots.length > 0],
    ["story", "What happened", report.steps.length > 0],
    ["passed", "Passed", report.counts.pass > 0],
  ];
  return markup`<nav aria-label="Sections">${links.map(([id, name, there]) =>
    there ? markup`<a href="#${id}">${name}</a>` : null,
  )}</nav>`;
}

const words: Readonly<Record<ReportVerdict, readonly [string, string]>> = {
  alive: ["The session is ", "alive"],
  dead: ["The session is ", "dead"],
  "cannot-judge": ["It ", "cannot be judged"],
};

function hero(report: Report): Markup {
  const [before, verdict] = words[report.verdict];
  const facts = Object.entries({
    Scanned: moment(report.startedAt),
    Took: duration(report.took),
    "Signed in": counted(report.logins, "time"),
    Browser: report.browser,
    "Looks like": report.framework,
  }).filter(([, value]) => value !== "");
  return markup`<div class="hero ${report.verdict}">
<p class="target">${report.target}</p>
<h1>${before}<em>${verdict}.</em></h1>
<p class="lead">${report.headline}</p>
<ul class="counts">${shown.map((verdictShown) => count(report, verdictShown))}</ul>
<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</div>`;
}

function count(report: Report, verdict: Verdict): Markup {
  const number = report.counts[verdict];
  return markup`<li class="${number === 0 ? "none" : verdict}"><b>${number}</b>${verdictLabels[verdict]}</li>`;
}

function warnings(report: Report): Markup | null {
  return report.warnings.length === 0
    ? null
    : markup`<ul class="warnings">${report.warnings.map((it) => markup`<li>${it}</li>`)}</ul>`;
}

function findings(report: Report): Markup[] {
  const failed = auditsOf(report, "fail");
  const open = auditsOf(report, "inconclusive");
  return [
    ...(failed.length === 0
      ? []
      : [
          markup`<section id="to-mend"><h2>To mend <small>${failed.length}</small></h2>
${failed.map((audit) => failedCard(audit, report))}</section>`,
        ]),
    ...(open.length === 0
      ? []
      : [
          markup`<section id="open"><h2>Could not be judged <small>${open.length}</small></h2>
<div class="rows">${open.map((audit) => row(audit, report, true))}</div></section>`,
        ]),
  ];
}

function pictures(report: Report): Markup | null {
  if (report.screenshots.length === 0) return null;
  return markup`<section id="pictures"><h2>Pictures</h2>
<div class="shots">${report.screenshots.map(
    ({ title, png }) =>
      markup`<figure><img src="data:image/png;base64,${png}" alt="${title}"><figcaption>${title}</figcaption></figure>`,
  )}</div></section>`;
}

function story(report: Report): Markup | null {
  if (report.steps.length === 0) return null;
  return markup`<section id="story"><h2>What happened</h2>
${sequence(report)}
<div class="rows"><details class="row"><summary><span>Timeline</span><span class="id">${counted(report.steps.length, "step")}</span></summary>
<ol class="timeline">${report.steps.map(
    ({ at, by, what, tone, exchange }) =>
      markup`<li><time>${duration(at)}</time><span class="by">${nameOf(by)}</span><span class="what ${tone ?? ""}">${what}${
        exchange === undefined
          ? null
          : markup`<code>${exchange.method} ${shortUrl(exchange.url, report.target)} → ${exchange.status}</code>`
      }</span></li>\n`,
  )}</ol></details></div></section>`;
}

function quiet(report: Report): Markup[] {
  const passed = auditsOf(report, "pass");
  const absent = auditsOf(report, "not-applicable");
  return [
    ...(passed.length === 0
      ? []
      : [
          markup`<section id="passed"><h2>Passed <small>${passed.length}</small></h2>
<div class="rows">${passed.map((audit) => row(audit, report, false))}</div></section>`,
        ]),
    ...(absent.length === 0
      ? []
      : [
          markup`<section id="not-applicable"><h2>Not applicable <small>${absent.length}</small></h2>
<div class="rows">${absent.map((audit) => row(audit, report, true))}</div></section>`,
        ]),
  ];
}
