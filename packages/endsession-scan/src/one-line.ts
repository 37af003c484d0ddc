/** In one line and without control characters, no longer than `most` characters. */
export function oneLine(text: string, most = 300): string {
  const line = text
    .replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, " ")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
