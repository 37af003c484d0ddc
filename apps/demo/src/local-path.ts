/** Where a sign-in may lead: to a page of this application and nowhere else. */

/**
 * The path, when it is a plain one within this application; else null. Anything that a browser
 * could read as another host is refused: `//host`, a backslash, or the tabs and line breaks that
 * URL parsers drop.
 */
export function localPath(value: unknown): string | null {
  if (typeof value !== "string" || value.length > 2000) return null;
  if (value.includes("//")) return null;
  return /^\/[\x21-\x5b\x5d-\x7e]*$/.test(value) ? value : null;
}
