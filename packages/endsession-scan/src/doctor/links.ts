/** Links and forms of a page, read from its text: a page without scripts is all a stranger has. */
import type { Answer } from "../http/answer.ts";

export interface Link {
  /** Absolute. */
  readonly url: string;
  readonly text: string;
  readonly method: "GET" | "POST";
}

export function linksOf({ body, ask }: Pick<Answer, "body" | "ask">): Link[] {
  const anchors = [...body.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a\s*>/giu)].map(
    ([, attributes = "", inside = ""]) => ({
      address: attribute(attributes, "href"),
      text: textOf(inside),
      method: "GET" as const,
    }),
  );
  const forms = [...body.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form\s*>/giu)].map(
    ([, attributes = "", inside = ""]) => ({
      address: attribute(attributes, "action"),
      text: textOf(inside),
      method: /^post$/iu.test(attribute(attributes, "method") ?? "")
        ? ("POST" as const)
        : ("GET" as const),
    }),
  );
  return [...anchors, ...forms].flatMap(({ address, text, method }) =>
    address !== null && URL.canParse(address, ask.url)
      ? [{ url: new URL(address, ask.url).href, text, method }]
      : [],
  );
}

function attribute(attributes: string, name: string): string | null {
  const found = new RegExp(
    `(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`,
    "iu",
  ).exec(attributes);
  if (found === null) return null;
  const value = found[1] ?? found[2] ?? found[3] ?? "";
  return value.replaceAll("&amp;", "&").trim();
}

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
