/** The report as JSON: the form that other tools read, and `compare` too. */
import type { Report } from "./schema.ts";

/** What JSON may hold as it is, but a terminal, an editor or a script may take for something else. */
const unquiet = /[\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

export function jsonReport(report: Report): string {
  return jsonOf(report);
}

/** Any plain value as JSON, on its own lines, without characters that act on whoever shows it. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value, null, 2).replaceAll(
    unquiet,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${json}\n`;
}
