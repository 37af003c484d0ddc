/**
 * Texts of the scanned application, made harmless for whoever reads them: a hostile one may send
 * escape sequences to the terminal, or marks that turn the order of the letters round.
 */

/** Controls, lone surrogates, and what is invisible or changes direction (Unicode TR 36, section 2). */
const harmful =
  /[\p{Cc}\p{Surrogate}\u061C\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** Everything harmful as a picture of itself; line breaks and tabs stay. */
export function visible(text: string): string {
  return text
    .replaceAll(/\r\n?/gu, "\n")
    .replaceAll(harmful, (character) =>
      character === "\n" || character === "\t" ? character : pictureOf(character),
    );
}

/** The same on one line, cut when it is longer than `most` characters. */
export function oneLine(text: string, most = 300): string {
  const line = visible(text)
    .replaceAll(/[\n\t ]+/gu, " ")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function pictureOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "␡" : "�";
}
