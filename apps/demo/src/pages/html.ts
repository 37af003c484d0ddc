/** HTML from template literals. Whatever is put into one is escaped, unless it is HTML already. */

/** Markup that may be sent as it is; made by {@link html} alone. */
class Html {
  readonly #markup: string;

  constructor(strings: readonly string[], values: readonly HtmlValue[]) {
    this.#markup = strings.map((part, index) => tidy(part) + write(values[index])).join("");
  }

  toString(): string {
    return this.#markup;
  }
}

export type { Html };

/** What may stand in a template; null, undefined and false give nothing. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly Html[];

/** Writes markup. Safe in text and in quoted attributes, not inside script or style elements. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings, values);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Takes the source code's indentation out of the page. Values keep every space. */
function tidy(part: string): string {
  return part.replace(/[ ]*\n\s*/g, "\n");
}

function write(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(write).join("");
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
