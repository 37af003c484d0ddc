/** Text set in columns, for a terminal. */

/** East Asian wide characters and pictures take two columns (Unicode Annex 11, roughly). */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/gu;
const nothing = /\p{Mn}|\u200D/gu;

/** How many columns a text of one line takes. */
export function columnsOf(text: string): number {
  const seen = text.replaceAll(nothing, "");
  return Array.from(seen).length + (seen.match(wide)?.length ?? 0);
}

/** Breaks a text of one line into lines of at most `width` columns, at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((it) => pieces(it, width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (columnsOf(longer) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Cuts a text of one line, with an ellipsis in place of what is cut. */
export function cut(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  const [first = ""] = pieces(text, Math.max(width - 1, 1));
  return `${first}…`;
}

/** The text at one end of the line and another at the other, where both fit. */
export function apart(left: string, right: string, width: number): number {
  return Math.max(width - columnsOf(left) - columnsOf(right), 2);
}

function pieces(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word];
  const parts: string[] = [];
  let part = "";
  for (const character of word) {
    if (columnsOf(part + character) > width) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
