import { expect, test } from "vitest";
import { Html, html } from "./html.ts";

test("text is escaped, in elements and in attributes", () => {
  const text = `<script>alert("1" & '2')</script>`;
  const escaped = "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;";
  expect(html`<p title="${text}">${text}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test("HTML stays as it is, alone and in lists", () => {
  const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
  const list = html`<ul>
      ${items}
    </ul>
    ${new Html("<hr>")}${""}`;
  expect(list.text.replaceAll(/\s+/g, "")).toBe("<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>");
});
