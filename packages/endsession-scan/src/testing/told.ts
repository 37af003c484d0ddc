/** Exchanges as the lines of a failure message: no secret, no control character, not too long. */
import type { Carrier, Exchange } from "../artifacts.ts";
import { listed } from "../audits/wording.ts";
import { oneLine } from "../plain-text.ts";
import type { Probe, Question } from "../probe/probe.ts";
import type { Secrets } from "../http/secrets.ts";

/** Headers of the connection, which tell nothing of the session. */
const dull = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);
const mostHeaders = 12;

/** `GET http://localhost:3000/account` */
export function nameOf(
  { method, url }: Pick<Question, "method" | "url">,
  secrets: Secrets,
): string {
  return `${method} ${oneLine(secrets.cut(url), 200)}`;
}

/** What tells signed in from anonymous there, such as `signed in 200, anonymous 401`. */
export function differenceOf({ baseline }: Probe, secrets: Secrets): string {
  return oneLine(secrets.cut(baseline.difference), 200);
}

/** “the cookie sid and the header authorization” */
export function saidOf(carriers: readonly Carrier[]): string {
  const kinds = (["cookie", "header"] as const).flatMap((kind) => {
    const names = carriers.filter((it) => it.kind === kind).map(({ name }) => oneLine(name, 60));
    return names.length === 0 ? [] : [`the ${kind}${names.length > 1 ? "s" : ""} ${listed(names)}`];
  });
  return kinds.join(" and ");
}

/** What came back, in a word or two. */
export function statusOf({ status, error, headers }: Exchange): string {
  if (status === 0) return `nothing (${oneLine(error ?? "no answer", 120)})`;
  const location = headers.find(([name]) => name.toLowerCase() === "location")?.[1];
  return location === undefined ? String(status) : `${status} to ${oneLine(location, 120)}`;
}

/** Request and answer, line by line. */
export function linesOf(exchange: Exchange): string {
  const { method, url, requestHeaders, requestBody, headers, body } = exchange;
  const shown = headers.filter(([name]) => !dull.has(name.toLowerCase())).slice(0, mostHeaders);
  const text = textOf(body ?? "").trim();
  return [
    `> ${method} ${oneLine(url)}`,
    ...requestHeaders.map(([name, value]) => `> ${oneLine(`${name}: ${value}`)}`),
    ...(requestBody === undefined ? [] : [`> ${oneLine(requestBody, 160)}`]),
    `< ${statusOf(exchange)}`,
    ...shown.map(([name, value]) => `< ${oneLine(`${name}: ${value}`, 160)}`),
    ...(text === "" ? [] : [`< ${oneLine(text, 160)}`]),
  ]
    .map((line) => `  ${line}`)
    .join("\n");
}

/** What a reader would see of a page; anything else as it is. */
function textOf(body: string): string {
  if (!/^\s*</u.test(body)) return body;
  return body.replaceAll(/<(script|style)\b[\s\S]*?<\/\1\s*>|<[^>]*>?/giu, " ");
}
