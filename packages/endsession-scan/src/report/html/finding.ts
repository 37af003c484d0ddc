/** One audit in the HTML report: what was seen, what to do, and the evidence to open. */
import type { Report, ReportAudit, ReportEvidence, ReportExchange } from "../schema.ts";
import { shortUrl, statusOf } from "../words.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** A finding that failed: a card, open. */
export function failedCard(audit: ReportAudit, { target }: Report): Markup {
  return markup`<details class="card" id="${audit.id}" open>
<summary><h3>${audit.title}</h3><span class="severity ${audit.severity}">${audit.severity}</span>
<span class="id mono">${audit.id}</span></summary>
<div class="inside">
<p>${audit.reason}</p>
<p class="why">${audit.why}</p>
<div class="fix"><b>Fix</b>${audit.fix}</div>
${audit.evidence.length === 0 ? null : markup`<p class="label">Evidence</p>`}
${audit.evidence.map((evidence) => proof(evidence, target))}
<p class="refs"><span><a href="https://cwe.mitre.org/data/definitions/${audit.cwe}.html" rel="noreferrer">CWE-${audit.cwe}</a></span>${audit.requirements.map((it) => markup`<span>${it}</span>`)}<span>${audit.bounty}</span></p>
</div></details>
`;
}

/** A finding that did not fail: a row; its reason is shown, or opened where it is long. */
export function row(audit: ReportAudit, { target }: Report, reasonShown: boolean): Markup {
  const head = markup`<span>${audit.title}</span><span class="id mono">${audit.id}</span>`;
  const reason = markup`<span class="reason">${audit.reason}</span>`;
  if (reasonShown && audit.evidence.length === 0) {
    return markup`<div class="row bare" id="${audit.id}">${head}${reason}</div>\n`;
  }
  return markup`<details class="row" id="${audit.id}"><summary>${head}${reasonShown ? reason : null}</summary>
<div class="inside">${reasonShown ? null : markup`<p>${audit.reason}</p>`}
${audit.evidence.map((evidence) => proof(evidence, target))}</div></details>
`;
}

function proof({ text, exchange }: ReportEvidence, target: string): Markup {
  if (exchange === undefined) return markup`<div class="proof bare">${text}</div>\n`;
  return markup`<details class="proof"><summary>${text}
<code>${exchange.method} ${shortUrl(exchange.url, target)} → ${statusOf(exchange)}</code></summary>
${http(exchange)}</details>
`;
}

function http(exchange: ReportExchange): Markup {
  const { method, url, requestHeaders, requestBody = "", headers, body = "", took } = exchange;
  return markup`<div class="http">
<div><p>Request · ${exchange.by}</p><pre><strong>${method} ${url}</strong>
${lines(requestHeaders)}</pre>${bodyOf(requestBody)}</div>
<div><p>Answer · ${Math.round(took)} ms</p><pre><strong>${statusOf(exchange)}</strong>
${lines(headers)}</pre>${bodyOf(body)}</div>
</div>`;
}

function lines(headers: ReportExchange["headers"]): Markup[] {
  return headers.map(([name, value]) => markup`<i>${name}:</i> ${value}\n`);
}

function bodyOf(body: string): Markup | null {
  return body === "" ? null : markup`<pre class="body">${body}</pre>`;
}
