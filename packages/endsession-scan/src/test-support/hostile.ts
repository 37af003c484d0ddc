/** A report in which the application wrote every text that an application can write. */
import { makeReport } from "../report.ts";
import type { Report } from "../report.ts";
import { exampleArtifacts, finding } from "./example.ts";

export const hostile = [
  "</script><script>alert(1)</script>",
  "\"' onmouseover='x",
  "]]>",
  "<!-- --><img src=x onerror=alert(1)>",
  "\u001B[2J\u001B]0;owned\u0007\u009B31m",
  "\u2028\u2029",
  "\u202Egnp.exe\u2066",
  "| cell | `code` ``` @everyone #12 [link](javascript:alert(1)) **bold**",
  "\r\nset-cookie: x=1\n\n```\n# heading",
  "\uD800 \uFFFE \0",
  "&amp; &#60; https://evil.example www.evil.example",
].join(" ");

/** @param text put wherever an application's text may come to stand */
export function hostileReport(text: string = hostile): Report {
  const exchange = {
    id: "x1",
    at: 5,
    by: "replay",
    method: `GET${text}`,
    url: `https://shop.example/${text}`,
    requestHeaders: [[`x-${text}`, text]] as const,
    requestBody: text,
    status: 200,
    headers: [[text, text]] as const,
    body: text,
    took: 3,
  };
  const dropped = { ...exchange, id: "x2", status: 0, error: text };
  const evidence = [{ exchange: "x1", text }, { exchange: "x2", text }, { text }];
  const artifacts = exampleArtifacts({
    target: `https://shop.example/${text}`,
    browser: text,
    framework: text,
    scanner: `endsession-scan ${text}`,
    warnings: [text],
    exchanges: { x1: exchange, x2: dropped },
    steps: [
      { at: 1, by: "A", what: text, exchange: "x1", tone: "bad" },
      { at: 2, by: text, what: text, exchange: "x2" },
      { at: 3, by: "B", what: text },
    ],
    shots: [{ name: "signed-in", title: text, png: "aGVsbG8=" }],
  });
  const said = { reason: text, evidence };
  return makeReport(artifacts, [
    finding("revocation-delayed", "fail", said),
    finding("cookie-flags", "fail", said),
    finding("session-survives-logout", "inconclusive", said),
    finding("cookie-twins", "pass", said),
    finding("session-fixation", "not-applicable", said),
  ]);
}
