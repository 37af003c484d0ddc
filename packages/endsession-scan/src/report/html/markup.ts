/** HTML that cannot be broken out of: whatever is put into a template is text, unless it is markup. */
import { visible } from "../../plain-text.ts";

export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toString(): string {
    return this.source;
  }
}

export type Part = string | number | Markup | null | readonly Part[];

/** A template's markup: texts are escaped, `null` is nothing, lists are joined. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + sourceOf(parts[index] ?? null)).join(""));
}

export const nothing: Markup = new Markup("");

/** Escapes text for elements and for attributes in double quotes. */
export function escaped(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function sourceOf(part: Part): string {
  if (part === null) return "";
  if (part instanceof Markup) return part.source;
  return typeof part === "object" ? part.map(sourceOf).join("") : escaped(String(part));
}
