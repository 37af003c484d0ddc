/** What in a request may carry identity. */
import type { Header } from "../artifacts.ts";

/** Headers that every browser sends, which say nothing of who the user is. */
const ordinary = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "cookie",
  "dnt",
  "host",
  "if-modified-since",
  "if-none-match",
  "keep-alive",
  "last-event-id",
  "origin",
  "pragma",
  "priority",
  "purpose",
  "range",
  "referer",
  "te",
  "upgrade",
  "upgrade-insecure-requests",
  "user-agent",
  "x-requested-with",
]);

/** Authorization, and headers of the application's own. */
export function carrierHeaders(headers: readonly Header[]): Header[] {
  return headers
    .map(([name, value]): Header => [name.toLowerCase(), value])
    .filter(([name]) => !ordinary.has(name) && !/^(?:sec-|:|access-control-)/u.test(name));
}

/** Headers that a raw request repeats from the browser's; the rest the connection adds itself. */
export function plainHeaders(headers: readonly Header[]): Header[] {
  const left = new Set([
    "cookie",
    "host",
    "connection",
    "content-length",
    "accept-encoding",
    "if-none-match",
    "if-modified-since",
    "keep-alive",
    "te",
    "upgrade",
    "range",
  ]);
  const carried = new Set(carrierHeaders(headers).map(([name]) => name));
  return headers
    .map(([name, value]): Header => [name.toLowerCase(), value])
    .filter(([name]) => !left.has(name) && !carried.has(name) && !name.startsWith(":"));
}
