/** HTML as a template: what is put into it is text, unless it is HTML itself. */

/** A piece of HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold: text, which is escaped, and HTML, also in lists. */
export type Content = string | Html | readonly Html[];

/** The template's HTML. Attributes that hold text must be in quotes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const written = contents.map((content, place) => textOf(content) + (parts[place + 1] ?? ""));
  return new Html((parts[0] ?? "") + written.join(""));
}

function textOf(content: Content): string {
  if (typeof content === "string") return content.replaceAll(/[&<>"']/g, escaped);
  return content instanceof Html ? content.text : content.map(({ text }) => text).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(character: string): string {
  return entities[character] ?? character;
}
