/** How to look again with the scanner itself. */
import { quoted } from "./text.ts";

/**
 * @param target address of the application, or `null` when it is not known
 * @param audits ids of the audits to look at again; none means all
 * @param options further options of the command line
 */
export function scanCall(
  target: string | null,
  audits: readonly string[] = [],
  options: readonly string[] = [],
): string {
  const address = target === null ? '"${BASE_URL:?the address of the application}"' : word(target);
  const only = audits.length === 0 ? [] : ["--only", audits.join(",")];
  return ["npx endsession-scan", address, ...only, ...options].join(" ");
}

function word(text: string): string {
  return /^[\w:/.@%+-]+$/u.test(text) ? text : quoted(text);
}
