import { expect, test } from "vitest";
import { html, type HtmlValue } from "./html.ts";

test("escapes what is put into text", () => {
  expect(String(html`<p>${"<b>Tom & Jerry's</b>"}</p>`)).toContain(
    "&lt;b&gt;Tom &amp; Jerry&#39;s&lt;/b&gt;",
  );
});

test("lets no value out of a quoted attribute", () => {
  const value = `" autofocus onfocus='alert(1)`;
  expect(String(html`<i title="${value}"></i>`)).toContain(
    'title="&quot; autofocus onfocus=&#39;alert(1)"',
  );
});

test("leaves HTML as it is, alone and in lists", () => {
  const items = ["a", "<b>"].map((text) => html`${text};`);
  expect(String(html`${html`<br />`}${items}`)).toBe(`${String(html`<br />`)}a;&lt;b&gt;;`);
});

test("escapes an object that only pretends to be HTML", () => {
  const forged = { toString: () => "<script>" } as unknown as HtmlValue;
  expect(String(html`${forged}`)).toBe("&lt;script&gt;");
  expect(String(html`${[forged] as HtmlValue}`)).toBe("&lt;script&gt;");
});

test("writes nothing for null, undefined and false, and 0 for 0", () => {
  expect(String(html`[${null}${undefined}${false}${0}]`)).toBe("[0]");
});

test("drops the source's indentation and keeps that of values", () => {
  const source = Object.assign(["<p>\n    ", "\n  </p>"], { raw: [] });
  expect(String(html(source, "one\n    two"))).toBe("<p>\none\n    two\n</p>");
});
