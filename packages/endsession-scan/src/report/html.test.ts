import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { makeReport } from "../report.ts";
import { exampleArtifacts, exampleFindings } from "../test-support/example.ts";
import { hostileReport } from "../test-support/hostile.ts";
import { markup, Markup } from "./html/markup.ts";
import { htmlReport } from "./html.ts";

const page = htmlReport(makeReport(exampleArtifacts(), exampleFindings()));

test("a template's values are texts, unless they are markup", () => {
  const list = [markup`<b>${"<&>"}</b>`, new Markup("<br>")];
  expect(markup`<p title="${`"'`}">${list}${null}${7}</p>`.source).toBe(
    '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b><br>7</p>',
  );
});

test("one page that loads nothing, runs nothing, and allows no more than its own style", () => {
  expect(page).not.toMatch(/<script|<link|<iframe|<form|@import|url\(| style=| on[a-z]+=/u);
  const [, policy = ""] = /Content-Security-Policy" content="([^"]+)"/u.exec(page) ?? [];
  const [, style = ""] = /<style>([\s\S]*?)<\/style>/u.exec(page) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  expect(policy).toContain("default-src &#39;none&#39;");
  expect(policy).toContain(`style-src &#39;sha256-${hash}&#39;`);
  expect(policy).not.toMatch(/unsafe|https?:|\*/u);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]*)"/gu)) {
    expect(address).toMatch(/^(?:data:image\/png;base64,|#|https:\/\/cwe\.mitre\.org\/)/u);
  }
});

test("the verdict first, then the counts, then the findings, the worst open and first", () => {
  const order = [
    "<h1>The session is <em>alive.</em></h1>",
    "<b>3</b>failed",
    'id="session-survives-logout" open',
    'id="back-button-shows-page" open',
    'id="cookie-flags" open',
    "Could not be judged",
    "data:image/png;base64,",
    '<svg class="sequence wide"',
    "<ol class=",
    "<h2>Passed",
  ].map((text) => page.indexOf(text));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("the diagram has a lifeline for everyone who took part, and an arrow for each request", () => {
  const [wide = ""] = /<svg class="sequence wide"[\s\S]*?<\/svg>/u.exec(page) ?? [];
  expect(wide.match(/<line class="life"/gu)).toHaveLength(4);
  expect(wide.match(/class="arrow"/gu)).toHaveLength(9);
  expect(wide.match(/class="bad"/gu)).toHaveLength(3);
  expect(wide).toContain("POST /logout → 303");
});

test("a long scan's diagram is cut, repeated steps are told once", () => {
  const step = { at: 1, by: "replay", what: "asks" };
  const many = Array.from({ length: 90 }, (_, index) => ({ ...step, what: `asks ${index}` }));
  const of = (steps: readonly (typeof step)[]): string =>
    htmlReport(makeReport(exampleArtifacts({ steps }), []));
  expect(of(many)).toContain("… and 30 more steps, in the timeline");
  expect(of([step, step, step])).toContain("asks ×3");
});

test("what the application wrote stays text", () => {
  const evil = htmlReport(hostileReport());
  expect(evil).not.toMatch(/<script|<img src=x|<!-- -->/u);
  const tags = evil.replaceAll(/"[^"]*"/gu, '""').match(/<[^>]*>/gu) ?? [];
  expect(tags.filter((tag) => / on[a-z]+=/u.test(tag))).toEqual([]);
  expect(evil).toContain("&lt;script&gt;alert(1)");
});
