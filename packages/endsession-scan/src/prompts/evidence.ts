/** Recorded exchanges as a prompt shows them: the heads, no bodies, nothing that signs in. */
import type { Artifacts, Exchange, Header } from "../artifacts.ts";
import type { Finding } from "../audit.ts";
import { masked, maskedValue } from "./mask.ts";
import { oneLine } from "../plain-text.ts";
import { block } from "./text.ts";

/** Headers that tell something of sessions, in the order in which they are shown. */
const telling =
  /^(?:cookie|authorization|origin|sec-fetch-site|sec-purpose|content-type|set-cookie|location|cache-control|clear-site-data|www-authenticate|access-control-.*|retry-after|ratelimit.*|x-.*(?:token|csrf|auth).*)$/iu;

/** No prompt needs more than this many exchanges. */
const most = 4;

/** The exchanges that back a finding, as one block; `null` when there are none. */
export function exchangesOf(finding: Finding, artifacts: Artifacts | null): string | null {
  if (artifacts === null) return null;
  const ids = [...new Set(finding.evidence.flatMap(({ exchange }) => exchange ?? []))];
  const shown = ids.flatMap((id) => artifacts.exchanges[id] ?? []).slice(0, most);
  return shown.length === 0 ? null : block(shown.map(headsOf).join("\n\n"), "http");
}

function headsOf(exchange: Exchange): string {
  const { method, url, by, requestHeaders, status, headers, error } = exchange;
  return [
    oneLine(`# by ${by}`),
    masked(`${oneLine(method, 20)} ${oneLine(url, 500)}`),
    ...requestHeaders.flatMap(lineOf),
    "",
    status === 0 ? oneLine(`# no answer: ${error ?? "unknown"}`) : `HTTP ${status}`,
    ...headers.flatMap(lineOf),
  ].join("\n");
}

function lineOf([name, value]: Header): string[] {
  return telling.test(name) ? [oneLine(`${name}: ${maskedValue(name, value)}`, 500)] : [];
}
